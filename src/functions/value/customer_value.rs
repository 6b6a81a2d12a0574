//! The expected purchases and revenue of a customer, within a year or as long as is wanted, and the
//! customer value.

use crate::duckdb::{Constant, Date, Scalar, sql_struct};
use crate::error::Result;
use crate::functions::history::{History, horizon, with_days};
use crate::functions::prediction::prediction::PredictionRow;
use crate::functions::shop_scorer::ShopScorer;
use crate::models::numerics::checks::{at_least, finite_sum};
use crate::models::purchases::purchases::PurchaseHistory;
use crate::models::value::horizon::ValueHorizon;
use crate::models::value::tiers;
use std::rc::Rc;

sql_struct! {
    /// Looks as far ahead as value does, but for the prediction; NULL where no amount is known.
    pub struct CustomerValueRow {
        /// Purchases to expect.
        pub expected_purchases: f64,
        /// Their revenue, as it is worth today.
        pub expected_revenue: Option<f64>,
        /// Revenue so far, if positive, plus expected revenue.
        pub customer_value: Option<f64>,
        /// Whether they return within the horizon.
        pub prediction: PredictionRow,
    }
}

/// `__audience_customer_value(history, gaps BLOB, model BLOB, as_of, horizon_days, value_days,
/// discount_rate DOUBLE) → STRUCT`
pub struct CustomerValue;

impl Scalar for CustomerValue {
    const NAME: &'static str = "__audience_customer_value";
    type Args<'a> = (
        History,
        Option<&'a [u8]>,
        Constant<Rc<ShopScorer>>,
        Date,
        i32,
        i32,
        f64,
    );
    type Out = CustomerValueRow;

    fn call(
        (history, gaps, shop, as_of, days, value_days, discount_rate): Self::Args<'_>,
    ) -> Result<Option<CustomerValueRow>> {
        let scorer = shop.get()?;
        let horizon = horizon(at_least("horizon_days", days, 1)?)?;
        let value = ValueHorizon::checked(value_days, discount_rate)?;
        with_days(history, gaps, |history, days| {
            CustomerValueRow::at(history, days, scorer, as_of, horizon, value).map(Some)
        })
    }
}

impl CustomerValueRow {
    /// The value of a customer whose history is valid, and their chance of a purchase within
    /// `days`.
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of`, or the value is more than an `f64` holds.
    pub fn at(
        history: &PurchaseHistory,
        dates: Option<&[i32]>,
        scorer: &ShopScorer,
        as_of: Date,
        days: f64,
        value: ValueHorizon,
    ) -> Result<Self> {
        let prospect = scorer.prospect(history, dates, as_of.0)?;
        let expected_purchases = prospect.expected_purchases(value.days);
        let worth = value.discounted(&prospect, expected_purchases);
        let model = &scorer.shop.model;
        Ok(Self {
            expected_purchases,
            expected_revenue: tiers::expected_revenue(history, model, worth),
            customer_value: tiers::customer_value(history, model, worth)
                .map(finite_sum)
                .transpose()?,
            prediction: PredictionRow::of(&prospect, days, as_of.0),
        })
    }
}
