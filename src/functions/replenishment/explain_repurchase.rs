//! Why a product is due, in a sentence.

use super::repurchase::RepurchaseRow;
use crate::duckdb::{Date, Scalar};
use crate::error::Result;
use crate::models::numerics::checks::{CENTURY_DAYS, at_least, finite_day, within};
use crate::models::replenishment::sentence::{DueFacts, due_sentence};

/// `__audience_explain_repurchase(repurchase STRUCT, times INTEGER, last DATE, usual_quantities DOUBLE,
/// as_of DATE, within_days INTEGER) → VARCHAR`
pub struct ExplainRepurchase;

impl Scalar for ExplainRepurchase {
    const NAME: &'static str = "__audience_explain_repurchase";
    type Args<'a> = (RepurchaseRow, i32, Date, Option<f64>, Date, i32);
    type Out = String;

    fn call(
        (found, times, last, quantities, as_of, days): Self::Args<'_>,
    ) -> Result<Option<String>> {
        let as_of = i64::from(finite_day("as_of", as_of.0)?);
        let silence = as_of - i64::from(finite_day("last", last.0)?);
        Ok(Some(due_sentence(&DueFacts {
            times: at_least("times", times, 1)?.into(),
            usual_gap_days: at_least("usual_gap_days", found.usual_gap_days, 0.0)?,
            silence_days: at_least("silence_days", silence, 0)?,
            days_left: found.due_date.map(|due| i64::from(due.0) - as_of),
            quantities: quantities.filter(|ratio| ratio.is_finite()),
            probability: within("probability", found.probability, 0.0..=1.0)?,
            within_days: within("within_days", days, 1..=CENTURY_DAYS)?.into(),
        })))
    }
}
