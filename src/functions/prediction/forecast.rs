//! What a customer is expected to do within any number of days.

use crate::duckdb::{Constant, Date, Scalar, sql_struct};
use crate::error::Result;
use crate::functions::history::{History, horizon, with_days};
use crate::functions::shop_scorer::ShopScorer;
use crate::models::lifecycle::lifecycle::stage;
use crate::models::lifecycle::rules::{LifecycleStage, StageOptions};
use crate::models::prediction::model::YEAR_DAYS;
use crate::models::value::tiers;
use std::rc::Rc;

sql_struct! {
    /// What the back-tests compare with what happened.
    pub struct ForecastRow {
        /// The stage, as in `audience.customers`.
        pub lifecycle_stage: LifecycleStage,
        /// The chance of a purchase within the days.
        pub return_probability: f64,
        /// The same by MBG/NBD alone.
        pub alone_probability: f64,
        /// Purchases to expect within the days.
        pub expected_purchases: f64,
        /// Their revenue; NULL where no amount is known.
        pub expected_revenue: Option<f64>,
        /// The value by which importance is judged, which always looks 365 days ahead.
        pub customer_value: Option<f64>,
    }
}

/// `__audience_forecast(history, gaps BLOB, model BLOB, as_of, days) → STRUCT`
pub struct Forecast;

impl Scalar for Forecast {
    const NAME: &'static str = "__audience_forecast";
    type Args<'a> = (
        History,
        Option<&'a [u8]>,
        Constant<Rc<ShopScorer>>,
        Date,
        i32,
    );
    type Out = ForecastRow;

    fn call((history, gaps, shop, as_of, days): Self::Args<'_>) -> Result<Option<ForecastRow>> {
        let scorer = shop.get()?;
        let model = &scorer.shop.model;
        let horizon = horizon(days)?;
        with_days(history, gaps, |history, days| {
            let prospect = scorer.prospect(history, days, as_of.0)?;
            let expected = prospect.expected_purchases(horizon);
            let within_a_year = prospect.expected_purchases(YEAR_DAYS);
            Ok(Some(ForecastRow {
                lifecycle_stage: stage(history, model, as_of.0, StageOptions::default())?,
                return_probability: prospect.return_probability(horizon),
                alone_probability: prospect.customer().return_probability(horizon),
                expected_purchases: expected,
                expected_revenue: tiers::expected_revenue(history, model, expected),
                customer_value: tiers::customer_value(history, model, within_a_year),
            }))
        })
    }
}
