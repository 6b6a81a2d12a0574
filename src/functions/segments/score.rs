//! A value's score, given the cuts between the scores.

use crate::duckdb::{List, Scalar};
use crate::error::Result;
use crate::models::segments::rfm::score;

/// `__audience_score(value DOUBLE, cuts DOUBLE[]) → INTEGER`: 1 + the cuts at or below
/// the value
pub struct Score;

impl Scalar for Score {
    const NAME: &'static str = "__audience_score";
    type Args<'a> = (f64, List<'a, f64>);
    type Out = i32;

    fn call((value, cuts): Self::Args<'_>) -> Result<Option<i32>> {
        score(value, cuts.iter()).map(Some)
    }
}
