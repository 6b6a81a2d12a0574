//! Whether two products are bought together more often than by chance.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::recommend::fisher::p_value;

/// `__audience_fisher(together INTEGER, buyers_a INTEGER, buyers_b INTEGER, baskets INTEGER) →
/// DOUBLE`
pub struct Fisher;

impl Scalar for Fisher {
    const NAME: &'static str = "__audience_fisher";
    type Args<'a> = (i32, i32, i32, i32);
    type Out = f64;

    fn call((together, a, b, baskets): Self::Args<'_>) -> Result<Option<f64>> {
        let [Ok(together), Ok(a), Ok(b), Ok(baskets)] =
            [together, a, b, baskets].map(u32::try_from)
        else {
            return Ok(None);
        };
        Ok(Some(p_value(together, a, b, baskets)))
    }
}
