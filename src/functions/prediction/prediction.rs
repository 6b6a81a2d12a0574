//! The return probability with what the shop's past adds, for the table functions.

use crate::duckdb::{Constant, Date, Scalar, sql_struct};
use crate::error::Result;
use crate::functions::history::{History, horizon, with_days};
use crate::functions::shop_scorer::ShopScorer;
use crate::models::lifecycle::lifecycle::Outlook;
use crate::models::numerics::checks::at_least;
use crate::models::prediction::shop_model::Prospect;
use std::rc::Rc;

sql_struct! {
    /// What is known of a customer's return.
    pub struct PredictionRow {
        /// The chance of a purchase within the horizon.
        pub return_probability: f64,
        /// The same by MBG/NBD alone, in the seasons that are known.
        pub alone_probability: f64,
        /// What makes the difference, as `models::prediction::traits` has it.
        pub traits: i32,
        /// The median day of the next purchase, given one within a year; NULL beyond the calendar.
        pub next_order_date: Option<Date>,
    }
}

impl PredictionRow {
    /// The prediction for a customer within `days` after `as_of`.
    pub fn of(prospect: &Prospect, days: f64, as_of: i32) -> Self {
        let outlook = Outlook::of(prospect, days, as_of);
        Self {
            return_probability: outlook.return_probability,
            alone_probability: outlook.alone_probability,
            traits: outlook.traits,
            next_order_date: outlook.next_order_date.map(Date),
        }
    }
}

impl From<PredictionRow> for Outlook {
    fn from(row: PredictionRow) -> Self {
        Self {
            return_probability: row.return_probability,
            alone_probability: row.alone_probability,
            traits: row.traits,
            next_order_date: row.next_order_date.map(|date| date.0),
        }
    }
}

/// `__audience_prediction(history, gaps BLOB, model BLOB, as_of, horizon_days) → STRUCT`
pub struct Prediction;

impl Scalar for Prediction {
    const NAME: &'static str = "__audience_prediction";
    type Args<'a> = (
        History,
        Option<&'a [u8]>,
        Constant<Rc<ShopScorer>>,
        Date,
        i32,
    );
    type Out = PredictionRow;

    fn call((history, gaps, shop, as_of, days): Self::Args<'_>) -> Result<Option<PredictionRow>> {
        let scorer = shop.get()?;
        let horizon = horizon(at_least("horizon_days", days, 1)?)?;
        with_days(history, gaps, |history, days| {
            let prospect = scorer.prospect(history, days, as_of.0)?;
            Ok(Some(PredictionRow::of(&prospect, horizon, as_of.0)))
        })
    }
}
