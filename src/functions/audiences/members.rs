//! The audiences that each row belongs to.

use super::arguments::{Audiences, numbers};
use crate::duckdb::{AnyRow, Args, ChunkScalar, Date, List, Read, Write, write_lists};
use crate::error::Result;
use std::borrow::Cow;

/// `__audience_members(definitions VARCHAR, as_of DATE, customer ANY, answers INTEGER[]) →
/// INTEGER[]`, the numbers of the audiences, from 1, in the order of their names. The definitions
/// and the day are the same in every row. The answers are the numbers of the questions about
/// products to which the customer says yes; NULL where there are no order lines to ask.
pub struct Members;

impl ChunkScalar for Members {
    const NAME: &'static str = "__audience_members";
    type Args<'a> = (
        Option<Cow<'a, str>>,
        Option<Date>,
        AnyRow,
        Option<List<'a, i32>>,
    );
    type Out = Vec<i32>;

    fn run<'a>(
        (definitions, days, customers, answers): &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <Vec<i32> as Write>::Staged,
    ) -> Result<()> {
        let Some((audiences, as_of)) = Audiences::of_all(definitions, days, rows)? else {
            (0..rows).for_each(|_| Vec::<i32>::write_null(results));
            return Ok(());
        };
        let answers = audiences.answers((0..rows).map(|row| List::read(answers, row)))?;
        let found = audiences.matches_with(customers, as_of, &answers)?;
        let (numbers, ends) = numbers(&found, audiences.count(), rows, 1)?;
        write_lists(results, &ends, numbers)
    }
}
