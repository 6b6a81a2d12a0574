//! The products of each label.

use crate::duckdb::{Aggregate, Blob};
use crate::error::Result;
use crate::models::intent::counts::pack_pairs;
use crate::models::numerics::checks::at_least;
use crate::models::numerics::memory::{append, push};

/// `__audience_label_members(product INTEGER, label INTEGER) → BLOB`: the distinct pairs, packed.
/// A BLOB also without rows.
pub struct LabelMembers;

impl Aggregate for LabelMembers {
    const NAME: &'static str = "__audience_label_members";
    type Args<'a> = (i32, i32);
    type State = Vec<u64>;
    type Out = Blob;

    fn update(state: &mut Vec<u64>, (product, label): Self::Args<'_>) -> Result<()> {
        let product = at_least("product", product, 0)?.unsigned_abs();
        let label = at_least("label", label, 0)?.unsigned_abs();
        push(state, u64::from(product) << 32 | u64::from(label))?;
        Ok(())
    }

    fn combine(into: &mut Vec<u64>, from: &Vec<u64>) -> Result<()> {
        append(into, from)
    }

    fn finish(state: &mut Vec<u64>) -> Result<Option<Blob>> {
        Ok(Some(Blob(pack_pairs(state)?)))
    }
}
