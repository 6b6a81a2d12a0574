//! The score that a marketing event adds to the engagement of its contact.

use crate::duckdb::Scalar;
use crate::error::{Error, Result};
use crate::models::segments::engagement::event_score;

/// `__audience_event_score(event_kind VARCHAR, age_days BIGINT) → DOUBLE`
pub struct EventScore;

impl Scalar for EventScore {
    const NAME: &'static str = "__audience_event_score";
    type Args<'a> = (Option<String>, i64);
    type Out = f64;

    fn call((kind, age_days): Self::Args<'_>) -> Result<Option<f64>> {
        let kind = kind.ok_or_else(|| Error::argument("event_kind", "must not be NULL"))?;
        event_score(&kind, age_days).map(Some)
    }
}
