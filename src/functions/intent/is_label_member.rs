//! Whether a product has a label in a model.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::intent::counts::has_pair;
use crate::models::numerics::checks::at_least;

/// `__audience_is_label_member(members BLOB, product INTEGER, label INTEGER) → BOOLEAN`, of the
/// pairs that `__audience_label_members` packed
pub struct IsLabelMember;

impl Scalar for IsLabelMember {
    const NAME: &'static str = "__audience_is_label_member";
    type Args<'a> = (&'a [u8], i32, i32);
    type Out = bool;

    fn call((members, product, label): Self::Args<'_>) -> Result<Option<bool>> {
        let product = at_least("product", product, 0)?.unsigned_abs();
        let label = at_least("label", label, 0)?.unsigned_abs();
        has_pair(members, product, label).map(Some)
    }
}
