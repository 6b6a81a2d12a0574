//! The audiences that are in one set and not in another.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::audiences::audience_sets::difference;

/// `__audience_set_difference(set BLOB, without BLOB) → INTEGER[]`, the numbers in order; the
/// sets are those of `__audience_member_set`
pub struct SetDifference;

impl Scalar for SetDifference {
    const NAME: &'static str = "__audience_set_difference";
    type Args<'a> = (&'a [u8], &'a [u8]);
    type Out = Vec<i32>;

    fn call((set, without): Self::Args<'_>) -> Result<Option<Vec<i32>>> {
        let numbers = difference(set, without)?.map(|number| number as i32);
        Ok(Some(numbers.collect()))
    }
}
