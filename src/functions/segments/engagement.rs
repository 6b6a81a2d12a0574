//! The engagement that a score stands for.

use crate::duckdb::{Scalar, sql_enum};
use crate::error::Result;
use crate::models::segments::engagement::{Engagement, engagement};

sql_enum!(Engagement: Hot, Warm, Cold);

/// `__audience_engagement(score DOUBLE) → ENUM`
pub struct Level;

impl Scalar for Level {
    const NAME: &'static str = "__audience_engagement";
    type Args<'a> = (f64,);
    type Out = Engagement;

    fn call((score,): Self::Args<'_>) -> Result<Option<Engagement>> {
        Ok(Some(engagement(score)))
    }
}
