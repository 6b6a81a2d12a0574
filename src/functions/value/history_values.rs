//! A customer's history and value as of many dates, in one walk.

use super::customer_value::CustomerValueRow;
use crate::duckdb::{Constant, Date, List, Scalar, sql_struct};
use crate::error::{Error, Result};
use crate::functions::history::HORIZON_DAYS;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::functions::shop_scorer::ShopScorer;
use crate::models::numerics::memory::{collected, push, try_collected, with_room};
use crate::models::purchases::purchase_log::histories_at;
use crate::models::purchases::purchases::PurchaseHistory;
use crate::models::value::horizon::ValueHorizon;

sql_struct! {
    /// A customer at a date.
    pub struct CustomerThen {
        /// The date.
        pub period_end: Date,
        /// The purchases up to it.
        pub history: PurchaseHistory,
        /// What the customer was worth then.
        pub value: CustomerValueRow,
    }
}

/// `__audience_history_values(log STRUCT[], dates DATE[], models BLOB[]) → STRUCT[]`, the
/// customer at each of the ascending dates from the first purchase on. Dates, and the model
/// of each, are the same in every row.
pub struct HistoryValues;

impl Scalar for HistoryValues {
    const NAME: &'static str = "__audience_history_values";
    type Args<'a> = (
        List<'a, Day>,
        Constant<Vec<Date>>,
        Constant<Vec<ShopScorer>>,
    );
    type Out = Vec<CustomerThen>;

    fn call((log, dates, shops): Self::Args<'_>) -> Result<Option<Vec<CustomerThen>>> {
        let (dates, shops) = (dates.get()?, shops.get()?);
        if shops.len() != dates.len() {
            return Err(Error::argument("models", "must be one for each of dates"));
        }
        let log = try_collected(days(&log))?;
        let bought = log.iter().filter(|day| day.is_purchase);
        let bought = collected(bought.map(|day| day.day))?;
        let mut found = with_room(dates.len())?;
        let ends = dates.iter().map(|date| date.0);
        histories_at(log.into_iter().map(Ok), ends, |index, history| {
            // A history counts the days that the log has up to then.
            let so_far = &bought[..history.purchases as usize];
            let horizon = f64::from(HORIZON_DAYS);
            let then = CustomerThen {
                period_end: dates[index],
                history: *history,
                value: CustomerValueRow::at(
                    history,
                    Some(so_far),
                    &shops[index],
                    dates[index],
                    horizon,
                    ValueHorizon::YEAR,
                )?,
            };
            push(&mut found, then)
        })?;
        Ok(Some(found))
    }
}
