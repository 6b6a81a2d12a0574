//! The reason of an importance tier, from numbers that are known already.

use super::customer_value::CustomerValue;
use super::importance::Importance;
use crate::duckdb::Scalar;
use crate::error::Result;
use crate::history::{History, Model};
use crate::models::lifecycle::usual_gap;
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;
use crate::models::reason::{ImportanceFacts, importance_reason};
use crate::models::tiers::ImportanceTier;

/// `__audience_explain_importance(tier, history, model, value, value_rank BIGINT,
/// importance) → VARCHAR`; NULL where no amount is known, since value decides.
pub struct Explain;

impl Scalar for Explain {
    const NAME: &'static str = "__audience_explain_importance";
    type Args<'a> = (
        ImportanceTier,
        History,
        Model,
        CustomerValue,
        i64,
        Importance,
    );
    type Out = String;

    fn call(
        (tier, history, model, value, rank, importance): Self::Args<'_>,
    ) -> Result<Option<String>> {
        let Some(expected_revenue) = value.expected_revenue else {
            return Ok(None);
        };
        let history: PurchaseHistory = history.try_into()?;
        let model: PurchaseModel = model.try_into()?;
        let mut text = String::with_capacity(128);
        importance_reason(
            &mut text,
            &ImportanceFacts {
                tier,
                purchases: history.purchases,
                revenue: history.revenue.unwrap_or(0.0),
                expected_revenue,
                rank,
                customers: importance.customers,
                usual_gap_days: usual_gap(&history, model.typical_gap_days),
                typical_gap_days: model.typical_gap_days,
            },
        );
        Ok(Some(text))
    }
}
