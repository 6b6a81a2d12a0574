//! An option that is a whole number of a range.

use crate::duckdb::Scalar;
use crate::error::Result;

/// `__audience_whole_number(number DOUBLE, least INTEGER, most INTEGER) → INTEGER`; NULL for any other
/// number
pub struct WholeNumber;

impl Scalar for WholeNumber {
    const NAME: &'static str = "__audience_whole_number";
    type Args<'a> = (f64, i32, i32);
    type Out = i32;

    fn call((number, least, most): Self::Args<'_>) -> Result<Option<i32>> {
        let range = f64::from(least)..=f64::from(most);
        let is_allowed = range.contains(&number) && number % 1.0 == 0.0;
        Ok(is_allowed.then_some(number as i32))
    }
}
