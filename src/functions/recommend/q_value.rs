//! The false-discovery rate (Benjamini-Hochberg q-value) of a pair.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::numerics::checks::within;
use crate::models::recommend::discovery::QValues;

/// `__audience_q_value(p_value DOUBLE, q_values BLOB) → DOUBLE`
pub struct QValue;

impl Scalar for QValue {
    const NAME: &'static str = "__audience_q_value";
    type Args<'a> = (f64, &'a [u8]);
    type Out = f64;

    fn call((p, q_values): Self::Args<'_>) -> Result<Option<f64>> {
        within("p_value", p, 0.0..=1.0)?;
        QValues::open(q_values)?.of(p).map(Some)
    }
}
