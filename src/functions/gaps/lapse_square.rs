//! What one customer contributes to the variance of the lapse threshold.

use super::lapse_outline::with_days;
use crate::duckdb::{Date, List, Scalar};
use crate::error::Result;
use crate::functions::opened::Opened;
use crate::models::gaps::lapse_outline::LapseOutline;
use crate::models::numerics::checks::finite_day;

/// `__audience_lapse_square(days DATE[], as_of DATE, outline BLOB) → DOUBLE`, the outline from
/// `__audience_lapse_outline` over all such customers; NULL where there is no threshold
pub struct LapseSquare;

impl Scalar for LapseSquare {
    const NAME: &'static str = "__audience_lapse_square";
    type Args<'a> = (List<'a, Date>, Date, Opened<LapseOutline<'a>>);
    type Out = f64;

    fn call((days, as_of, outline): Self::Args<'_>) -> Result<Option<f64>> {
        let as_of = finite_day("as_of", as_of.0)?;
        with_days(days, |days| outline.get()?.square(days, as_of))
    }
}
