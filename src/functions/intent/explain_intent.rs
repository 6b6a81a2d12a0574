//! A score in a sentence.

use super::intent_scores::IntentScore;
use crate::duckdb::{Date, Scalar};
use crate::error::Result;
use crate::models::intent::reading::checked_horizon;
use crate::models::intent::sentence::{Facts, sentence};
use crate::models::numerics::checks::{at_least, finite_day};
use std::borrow::Cow;

/// `__audience_explain_intent(score STRUCT, name VARCHAR, as_of DATE, horizon_days INTEGER,
/// only_new BOOLEAN) → VARCHAR`; `name` is the name of the strongest reason, or NULL. With
/// `only_new` the lift is that among those who never bought the label.
pub struct ExplainIntent;

impl Scalar for ExplainIntent {
    const NAME: &'static str = "__audience_explain_intent";
    type Args<'a> = (
        Option<IntentScore>,
        Option<Cow<'a, str>>,
        Option<Date>,
        Option<i32>,
        bool,
    );
    type Out = String;

    fn call(
        (score, name, as_of, horizon_days, only_new): Self::Args<'_>,
    ) -> Result<Option<String>> {
        let (Some(score), Some(as_of), Some(horizon_days)) = (score, as_of, horizon_days) else {
            return Ok(None);
        };
        score.validate()?;
        let as_of = finite_day("as_of", as_of.0)?;
        let ago = |last: Date| i64::from(as_of) - i64::from(last.0);
        let ago = score.last_bought.map(ago);
        at_least("last_bought_days_ago", ago.unwrap_or(0), 0)?;
        Ok(Some(sentence(&Facts {
            probability: score.probability,
            lift: if only_new { score.new_lift } else { score.lift },
            only_new,
            horizon_days: checked_horizon(horizon_days)?,
            is_new: score.is_new,
            bought: ago.map(|ago| (score.times.into(), ago)),
            reason: score
                .first
                .zip(name.as_deref())
                .map(|(reason, name)| (name, reason.buyers.into(), reason.co_buyers.into())),
            is_similar: score.is_similar,
            base: (score.label_buyers, score.customers),
        })))
    }
}
