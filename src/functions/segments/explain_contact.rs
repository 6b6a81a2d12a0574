//! The reason of a contact's stage, from numbers that are known already.

use super::contact_stage::ContactStageRow;
use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::numerics::checks::{at_least, within};
use crate::models::segments::contact_stage::contact_reason;
use crate::models::segments::engagement::Engagement;

/// `__audience_explain_contact(stage, purchases, engagement, score) → VARCHAR`
pub struct ExplainContact;

impl Scalar for ExplainContact {
    const NAME: &'static str = "__audience_explain_contact";
    type Args<'a> = (ContactStageRow, i32, Option<Engagement>, Option<f64>);
    type Out = String;

    fn call((stage, purchases, engagement, score): Self::Args<'_>) -> Result<Option<String>> {
        let buyer = stage.buyer()?;
        at_least("purchases", purchases, i32::from(buyer.is_some()))?;
        if let Some(score) = score {
            within("score", score, 0.0..=f64::MAX)?;
        }
        let mut text = String::with_capacity(128);
        contact_reason(
            &mut text,
            buyer.as_ref().map(|buyer| (buyer, purchases)),
            engagement.zip(score),
        );
        Ok(Some(text))
    }
}
