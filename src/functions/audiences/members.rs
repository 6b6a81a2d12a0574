//! The audiences that each row belongs to.

use super::arguments::Audiences;
use crate::duckdb::{AnyRow, Args, ChunkScalar, Date, Read, Same, Write, write_lists};
use crate::error::{Error, Result};
use crate::models::numerics::memory::filled;
use std::borrow::Cow;

/// `__audience_members(definitions VARCHAR, as_of DATE, customer ANY) → INTEGER[]`, the
/// numbers of the audiences, from 1, in the order of their names. The definitions and the
/// day are the same in every row.
pub struct Members;

impl ChunkScalar for Members {
    const NAME: &'static str = "__audience_members";
    type Args<'a> = (Option<Cow<'a, str>>, Option<Date>, AnyRow);
    type Out = Vec<i32>;

    fn run<'a>(
        (definitions, days, customers): &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <Vec<i32> as Write>::Staged,
    ) -> Result<()> {
        let (Some(packed), Some(as_of)) = (Cow::<str>::read(definitions, 0), Date::read(days, 0))
        else {
            (0..rows).for_each(|_| Vec::<i32>::write_null(results));
            return Ok(());
        };
        if !Date::are_same(days, rows) || !Cow::<str>::are_same(definitions, rows) {
            return Err(Error::argument(
                "as_of",
                "must be the same in every row; call it once for each day",
            ));
        }
        let audiences = Audiences::unpacked(&packed)?;
        let found = audiences.matches(customers, as_of)?;
        // Where the list of each row begins, then, as it is filled, ends.
        let mut ends = filled(0, rows + 1)?;
        for audience in 0..audiences.count() {
            for (end, is_member) in ends[1..].iter_mut().zip(found.of(audience)) {
                *end += usize::from(is_member);
            }
        }
        for row in 0..rows {
            ends[row + 1] += ends[row];
        }
        let mut numbers = filled(0, ends[rows])?;
        for audience in 0..audiences.count() {
            for (end, is_member) in ends.iter_mut().zip(found.of(audience)) {
                if is_member {
                    numbers[*end] = audience as i32 + 1;
                    *end += 1;
                }
            }
        }
        write_lists(results, &ends[..rows], numbers)
    }
}
