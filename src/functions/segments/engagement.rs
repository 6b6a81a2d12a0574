//! The engagement that a score stands for.

use crate::duckdb::{Scalar, sql_enum};
use crate::error::Result;
use crate::models::numerics::checks::at_least;
use crate::models::segments::engagement::{self, engagement};

sql_enum!(engagement::Engagement: Hot, Warm, Cold);

/// `__audience_engagement(score DOUBLE) → ENUM`
pub struct Engagement;

impl Scalar for Engagement {
    const NAME: &'static str = "__audience_engagement";
    type Args<'a> = (f64,);
    type Out = engagement::Engagement;

    fn call((score,): Self::Args<'_>) -> Result<Option<engagement::Engagement>> {
        at_least("score", score, 0.0)?;
        Ok(Some(engagement(score)))
    }
}
