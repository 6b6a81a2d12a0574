//! The reason of an importance tier, from numbers that are known already.

use super::customer_value::CustomerValueRow;
use crate::duckdb::{Constant, Scalar, Unchecked};
use crate::error::Result;
use crate::functions::history::History;
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::lifecycle::rules::usual_gap;
use crate::models::numerics::checks::at_least;
use crate::models::purchases::purchases::PurchaseHistory;
use crate::models::value::reason::{ImportanceFacts, ImportanceMoney, importance_reason};
use crate::models::value::tiers::ImportanceTier;
use crate::models::value::vips::ValueBounds;

/// `__audience_explain_importance(tier, history, model, value, value_rank BIGINT,
/// importance) → VARCHAR`
pub struct ExplainImportance;

impl Scalar for ExplainImportance {
    const NAME: &'static str = "__audience_explain_importance";
    type Args<'a> = (
        ImportanceTier,
        History,
        Constant<Judge>,
        CustomerValueRow,
        Option<i64>,
        Option<Unchecked<ValueBounds>>,
    );
    type Out = String;

    fn call(
        (tier, history, model, value, rank, importance): Self::Args<'_>,
    ) -> Result<Option<String>> {
        let history: PurchaseHistory = history.try_into()?;
        let model = model.get()?.model();
        let money = match (value.expected_revenue, rank, importance) {
            (Some(expected_revenue), Some(rank), Some(importance)) => Some(ImportanceMoney {
                revenue: history.revenue.unwrap_or(0.0),
                expected_revenue: at_least("expected_revenue", expected_revenue, 0.0)?,
                rank: at_least("value_rank", rank, 1)?,
                customers: at_least("customers", importance.0.customers, rank)?,
            }),
            _ => None,
        };
        let mut text = String::with_capacity(128);
        importance_reason(
            &mut text,
            &ImportanceFacts {
                tier,
                purchases: history.purchases,
                money,
                usual_gap_days: usual_gap(&history, model.typical_gap_days),
                typical_gap_days: model.typical_gap_days,
            },
        );
        Ok(Some(text))
    }
}
