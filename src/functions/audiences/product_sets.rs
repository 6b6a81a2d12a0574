//! The sets of products that each order line belongs to.

use super::arguments::{Audiences, numbers};
use crate::duckdb::{AnyRow, Args, ChunkScalar, Date, Write, write_lists};
use crate::error::Result;
use std::borrow::Cow;

/// `__audience_product_sets(definitions VARCHAR, as_of DATE, line ANY) → INTEGER[]`, the numbers of
/// the sets, from 0. The definitions and the day are the same in every row.
pub struct ProductSets;

impl ChunkScalar for ProductSets {
    const NAME: &'static str = "__audience_product_sets";
    type Args<'a> = (Option<Cow<'a, str>>, Option<Date>, AnyRow);
    type Out = Vec<i32>;

    fn run<'a>(
        (definitions, days, lines): &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <Vec<i32> as Write>::Staged,
    ) -> Result<()> {
        let Some((audiences, as_of)) = Audiences::of_all(definitions, days, rows)? else {
            (0..rows).for_each(|_| Vec::<i32>::write_null(results));
            return Ok(());
        };
        let found = audiences.products_of(lines, as_of)?;
        let sets = audiences.products().places().count();
        let (numbers, ends) = numbers(&found, sets, rows, 0)?;
        write_lists(results, &ends, numbers)
    }
}
