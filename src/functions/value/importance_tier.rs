//! The importance tier of one customer.

use crate::duckdb::{Repeated, Scalar, sql_enum};
use crate::error::Result;
use crate::functions::history::History;
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::lifecycle::rules::usual_gap;
use crate::models::numerics::checks::at_least;
use crate::models::purchases::purchases::PurchaseHistory;
use crate::models::value::tiers::{self, tier};

sql_enum!(tiers::ImportanceTier: OneTimeBuyer, Loyal, FrequentBuyer, Vip);

/// `__audience_importance_tier(history, model, customer_value DOUBLE, vip_value DOUBLE) →
/// ENUM`
pub struct ImportanceTier;

impl Scalar for ImportanceTier {
    const NAME: &'static str = "__audience_importance_tier";
    type Args<'a> = (History, Repeated<Judge>, Option<f64>, Option<f64>);
    type Out = tiers::ImportanceTier;

    fn call(
        (history, model, customer_value, vip_value): Self::Args<'_>,
    ) -> Result<Option<tiers::ImportanceTier>> {
        let history: PurchaseHistory = history.try_into()?;
        let model = model.get()?.model();
        let customer_value = customer_value.unwrap_or(0.0);
        at_least("customer_value", customer_value, 0.0)?;
        at_least("vip_value", vip_value.unwrap_or(0.0), 0.0)?;
        let usual_gap = usual_gap(&history, model.typical_gap_days);
        Ok(Some(tier(
            history.repeat(),
            usual_gap,
            model.typical_gap_days,
            customer_value,
            vip_value,
        )))
    }
}
