//! The audiences that each row belongs to, each row as of its own day.

use super::arguments::Audiences;
use crate::duckdb::{AnyRow, Args, Blob, ChunkScalar, Date, Read, Same, Write};
use crate::error::{Error, Result};
use crate::models::audiences::audience_sets::AudienceSet;
use crate::models::numerics::memory::{collected, filled};
use std::borrow::Cow;

/// `__audience_matching_set(definitions VARCHAR, as_of DATE, customer ANY) → BLOB`, a bitmap
/// over the audiences in the order of their names; NULL for a NULL row. The definitions are
/// the same in every row.
pub struct MatchingSet;

impl ChunkScalar for MatchingSet {
    const NAME: &'static str = "__audience_matching_set";
    type Args<'a> = (Option<Cow<'a, str>>, Option<Date>, AnyRow);
    type Out = Blob;

    fn run<'a>(
        (definitions, days, customers): &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <Blob as Write>::Staged,
    ) -> Result<()> {
        let Some(packed) = Cow::<str>::read(definitions, 0) else {
            (0..rows).for_each(|_| Blob::write_null(results));
            return Ok(());
        };
        if !Cow::<str>::are_same(definitions, rows) {
            return Err(Error::argument(
                "definitions",
                "must be the same in every row",
            ));
        }
        let audiences = Audiences::unpacked(&packed)?;
        let day = |row: usize| Date::read(days, row).filter(|_| customers.is_valid(row));
        // Rows of a day come together, so there are few days in a chunk.
        let mut distinct = collected((0..rows).filter_map(day))?;
        distinct.sort_unstable();
        distinct.dedup();
        let mut sets = filled(AudienceSet::default(), rows)?;
        for as_of in distinct {
            let found = audiences.matches(customers, as_of)?;
            let is_of_day = collected((0..rows).map(|row| day(row) == Some(as_of)))?;
            for audience in 0..audiences.count() {
                let number = u16::try_from(audience)
                    .map_err(|_| Error::argument("definitions", "has too many audiences"))?;
                for (row, is_member) in found.of(audience).enumerate() {
                    if is_member && is_of_day[row] {
                        sets[row].add(number)?;
                    }
                }
            }
        }
        for (row, set) in sets.iter().enumerate() {
            day(row).map(|_| Blob(set.to_bytes())).write(results)?;
        }
        Ok(())
    }
}
