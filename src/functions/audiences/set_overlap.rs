//! How many customers every pair of audiences shares.

use crate::duckdb::{Aggregate, sql_struct};
use crate::error::Result;
use crate::models::audiences::audience_sets::Overlap;

sql_struct! {
    /// A pair of audiences, by their numbers.
    pub struct OverlapPair {
        /// The lower number.
        pub a: i64,
        /// The other.
        pub b: i64,
        /// Customers in the first.
        pub customers_a: i64,
        /// Customers in the second.
        pub customers_b: i64,
        /// Customers in both.
        pub both: i64,
    }
}

/// `__audience_set_overlap(set BLOB) → STRUCT[]`, all pairs; the sets are those of
/// `__audience_member_set`
pub struct SetOverlap;

impl Aggregate for SetOverlap {
    const NAME: &'static str = "__audience_set_overlap";
    type Args<'a> = (&'a [u8],);
    type State = Overlap;
    type Out = Vec<OverlapPair>;

    fn update(state: &mut Overlap, (set,): Self::Args<'_>) -> Result<()> {
        state.add(set)
    }

    fn combine(into: &mut Overlap, from: &Overlap) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Overlap) -> Result<Option<Vec<OverlapPair>>> {
        let pairs = state.finish()?.into_iter().map(|pair| OverlapPair {
            a: pair.a as i64,
            b: pair.b as i64,
            customers_a: pair.customers_a as i64,
            customers_b: pair.customers_b as i64,
            both: pair.both as i64,
        });
        Ok(Some(pairs.collect()))
    }
}
