//! The uplift of a campaign, from one row per customer.

use crate::duckdb::{Aggregate, sql_struct};
use crate::error::{Error, Result};
use crate::models::campaigns::uplift::{Comparison, Uplift};

sql_struct! {
    /// A metric in both groups.
    pub struct UpliftRow {
        /// What was compared.
        pub metric: String,
        /// Customers treated.
        pub treated: i64,
        /// Customers held out.
        pub held_out: i64,
        /// The mean of those treated.
        pub treated_mean: Option<f64>,
        /// The mean of those held out.
        pub held_out_mean: Option<f64>,
        /// Their difference.
        pub uplift: Option<f64>,
        /// The lower end of its 95 % interval.
        pub lower: Option<f64>,
        /// The upper end.
        pub upper: Option<f64>,
        /// Customers per group to find such a difference.
        pub needed_per_group: Option<i64>,
    }
}

impl UpliftRow {
    fn new(metric: &str, comparison: &Comparison) -> Self {
        Self {
            metric: metric.to_owned(),
            treated: comparison.treated as i64,
            held_out: comparison.held_out as i64,
            treated_mean: comparison.treated_mean,
            held_out_mean: comparison.held_out_mean,
            uplift: comparison.uplift(),
            lower: comparison.interval.map(|(lower, _)| lower),
            upper: comparison.interval.map(|(_, upper)| upper),
            needed_per_group: comparison.needed_per_group,
        }
    }
}

/// `__audience_campaign_uplift(held_out BOOLEAN, converted BOOLEAN, revenue DOUBLE) → STRUCT[]`,
/// one element per metric, NULL without customers. Customers who did nothing may have NULLs.
pub struct CampaignUplift;

impl Aggregate for CampaignUplift {
    const NAME: &'static str = "__audience_campaign_uplift";
    type Args<'a> = (Option<bool>, Option<bool>, Option<f64>);
    type State = Uplift;
    type Out = Vec<UpliftRow>;

    fn update(state: &mut Uplift, (held_out, converted, revenue): Self::Args<'_>) -> Result<()> {
        let held_out = held_out.ok_or_else(|| {
            Error::argument("held_out", "must be true or false for every row, got NULL")
        })?;
        state.add(held_out, converted.unwrap_or(false), revenue.unwrap_or(0.0))
    }

    fn combine(into: &mut Uplift, from: &Uplift) -> Result<()> {
        into.merge(from);
        Ok(())
    }

    fn finish(state: &mut Uplift) -> Result<Option<Vec<UpliftRow>>> {
        if state.is_empty() {
            return Ok(None);
        }
        Ok(Some(vec![
            UpliftRow::new("conversion_rate", &state.conversion_rate()),
            UpliftRow::new("revenue_per_customer", &state.revenue_per_customer()),
        ]))
    }
}
