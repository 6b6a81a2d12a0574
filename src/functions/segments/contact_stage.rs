//! The stage of one contact and the numbers behind it.

use crate::duckdb::{Date, Scalar, sql_enum, sql_struct};
use crate::error::{Error, Result};
use crate::functions::history::History;
use crate::functions::shop_model::Model;
use crate::models::numerics::checks::{LARGEST_DAYS, at_least, within};
use crate::models::segments::contact_stage::{self, BuyerStage, buyer_stage};

sql_enum!(contact_stage::ContactStage: Prospect, ActiveOneTime, ActiveRepeat, Lapsed);

sql_struct! {
    /// A stage; a prospect has no numbers.
    pub struct ContactStageRow {
        /// The stage.
        pub contact_stage: contact_stage::ContactStage,
        /// Days since the last purchase.
        pub silence_days: Option<i32>,
        /// The customer's usual days between purchases.
        pub usual_gap_days: Option<f64>,
        /// The longest silence that is not lapsed.
        pub lapse_after_days: Option<f64>,
    }
}

impl ContactStageRow {
    const PROSPECT: Self = Self {
        contact_stage: contact_stage::ContactStage::Prospect,
        silence_days: None,
        usual_gap_days: None,
        lapse_after_days: None,
    };

    /// The stage of somebody who has bought; `None` for a prospect.
    ///
    /// # Errors
    ///
    /// When it was put together by hand and its numbers make no sense.
    pub fn buyer(&self) -> Result<Option<BuyerStage>> {
        if self.contact_stage == contact_stage::ContactStage::Prospect {
            return Ok(None);
        }
        let (Some(silence_days), Some(usual_gap_days), Some(lapse_after_days)) = (
            self.silence_days,
            self.usual_gap_days,
            self.lapse_after_days,
        ) else {
            return Err(Error::argument(
                "stage",
                "has a NULL where a buyer's has none",
            ));
        };
        Ok(Some(BuyerStage {
            stage: self.contact_stage,
            silence_days: at_least("silence_days", silence_days, 0)?,
            usual_gap_days: within("usual_gap_days", usual_gap_days, 0.0..=LARGEST_DAYS)?,
            lapse_after_days: within("lapse_after_days", lapse_after_days, 0.0..=LARGEST_DAYS)?,
        }))
    }
}

impl From<BuyerStage> for ContactStageRow {
    fn from(buyer: BuyerStage) -> Self {
        Self {
            contact_stage: buyer.stage,
            silence_days: Some(buyer.silence_days),
            usual_gap_days: Some(buyer.usual_gap_days),
            lapse_after_days: Some(buyer.lapse_after_days),
        }
    }
}

/// `__audience_contact_stage(history, model, as_of, threshold_days INTEGER) → STRUCT`; a prospect
/// has a NULL history.
pub struct ContactStage;

impl Scalar for ContactStage {
    const NAME: &'static str = "__audience_contact_stage";
    type Args<'a> = (Option<History>, Option<Model>, Option<Date>, Option<i32>);
    type Out = ContactStageRow;

    fn call((history, model, as_of, threshold): Self::Args<'_>) -> Result<Option<ContactStageRow>> {
        let Some(history) = history else {
            return Ok(Some(ContactStageRow::PROSPECT));
        };
        let (Some(model), Some(as_of)) = (model, as_of) else {
            return Err(Error::argument("history", "needs a model and as_of"));
        };
        if let Some(threshold) = threshold {
            at_least("lapse_days", threshold, 0)?;
        }
        let stage = buyer_stage(&history.try_into()?, &model.try_into()?, as_of.0, threshold)?;
        Ok(Some(stage.into()))
    }
}
