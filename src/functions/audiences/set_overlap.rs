//! How many customers every pair of audiences shares.

use crate::duckdb::{Aggregate, sql_row};
use crate::error::Result;
use crate::models::audiences::audience_sets::{Overlap, Pair};

sql_row!(Write for Pair { a: i64, b: i64, customers_a: i64, customers_b: i64, both: i64 });

/// `__audience_set_overlap(set BLOB) → STRUCT[]`, all pairs; the sets are those of
/// `__audience_member_set`
pub struct SetOverlap;

impl Aggregate for SetOverlap {
    const NAME: &'static str = "__audience_set_overlap";
    type Args<'a> = (&'a [u8],);
    type State = Overlap;
    type Out = Vec<Pair>;

    fn update(state: &mut Overlap, (set,): Self::Args<'_>) -> Result<()> {
        state.add(set)
    }

    fn combine(into: &mut Overlap, from: &Overlap) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Overlap) -> Result<Option<Vec<Pair>>> {
        state.finish().map(Some)
    }
}
