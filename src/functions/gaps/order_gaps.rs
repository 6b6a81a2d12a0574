//! How long customers take from each purchase to the next.

use crate::duckdb::{Aggregate, Date, List, sql_struct};
use crate::error::Result;
use crate::functions::mergeable::Mergeable;
use crate::models::gaps::order_gaps::{self, OrderGap};
use crate::models::numerics::checks::{ascending, finite_day};
use crate::models::numerics::memory::collected;

sql_struct! {
    /// The wait for the purchase of one number.
    pub struct Gap {
        /// 2 for the second purchase, and so on.
        pub purchase_number: i64,
        /// Customers who made the purchase before.
        pub customers_at_risk: i64,
        /// Customers who made this one.
        pub customers_converted: i64,
        /// The share who make it within 30 days; NULL where nobody has been waiting that long.
        pub share_30_days: Option<f64>,
        /// At most 60 days.
        pub share_60_days: Option<f64>,
        /// At most 90 days.
        pub share_90_days: Option<f64>,
        /// At most 180 days.
        pub share_180_days: Option<f64>,
        /// At most 365 days.
        pub share_365_days: Option<f64>,
        /// Days within which a quarter comes; NULL where fewer do.
        pub p25_days: Option<i64>,
        /// Days within which half of them come.
        pub median_days: Option<i64>,
        /// Days within which three quarters come.
        pub p75_days: Option<i64>,
        /// The first quartile of those who came.
        pub naive_p25_days: Option<f64>,
        /// Their median.
        pub naive_median_days: Option<f64>,
        /// Their third quartile.
        pub naive_p75_days: Option<f64>,
    }
}

impl From<OrderGap> for Gap {
    fn from(gap: OrderGap) -> Self {
        let quantile = |share| gap.curve.quantile(share).map(i64::from);
        Self {
            purchase_number: gap.purchase_number.into(),
            customers_at_risk: gap.at_risk as i64,
            customers_converted: gap.converted as i64,
            share_30_days: gap.curve.share(30),
            share_60_days: gap.curve.share(60),
            share_90_days: gap.curve.share(90),
            share_180_days: gap.curve.share(180),
            share_365_days: gap.curve.share(365),
            p25_days: quantile(0.25),
            median_days: quantile(0.5),
            p75_days: quantile(0.75),
            naive_p25_days: gap.curve.ended_quantile(0.25),
            naive_median_days: gap.curve.ended_quantile(0.5),
            naive_p75_days: gap.curve.ended_quantile(0.75),
        }
    }
}

/// `__audience_order_gaps(days DATE[], as_of DATE) → STRUCT[]`, in the order of
/// `purchase_number`. Waits are cut off on the latest `as_of` of all rows.
pub struct OrderGaps;

impl Aggregate for OrderGaps {
    const NAME: &'static str = "__audience_order_gaps";
    type Args<'a> = (List<'a, Date>, Date);
    type State = order_gaps::OrderGaps;
    type Out = Vec<Gap>;

    fn update(state: &mut order_gaps::OrderGaps, (days, as_of): Self::Args<'_>) -> Result<()> {
        let days = ascending("days", days.iter().map(|day| Some(day?.0)));
        state.add(days, finite_day("as_of", as_of.0)?)
    }

    fn combine(into: &mut order_gaps::OrderGaps, from: &order_gaps::OrderGaps) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut order_gaps::OrderGaps) -> Result<Option<Vec<Gap>>> {
        collected(state.finish()?.into_iter().map(Gap::from)).map(Some)
    }
}

impl Mergeable for OrderGaps {
    const STATE: &'static str = "__audience_order_gaps_state";
    const MERGED: &'static str = "__audience_order_gaps_merged";
    const SUMMED: &'static str = "__audience_order_gaps_summed";
}
