//! A customer's history and value as of many dates, in one walk.

use super::customer_value::CustomerValueRow;
use crate::duckdb::{Constant, Date, List, Scalar, sql_struct};
use crate::error::{Error, Result};
use crate::functions::purchases::purchase_log::{Day, days};
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::numerics::memory::{push, with_room};
use crate::models::purchases::purchase_log::histories_at;
use crate::models::purchases::purchases::PurchaseHistory;

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

/// `__audience_history_values(log STRUCT[], dates DATE[], models STRUCT[]) → STRUCT[]`, the
/// customer at each of the ascending dates from the first purchase on. Dates, and the model
/// of each, are the same in every row.
pub struct HistoryValues;

impl Scalar for HistoryValues {
    const NAME: &'static str = "__audience_history_values";
    type Args<'a> = (List<'a, Day>, Constant<Vec<Date>>, Constant<Vec<Judge>>);
    type Out = Vec<CustomerThen>;

    fn call((log, dates, judges): Self::Args<'_>) -> Result<Option<Vec<CustomerThen>>> {
        let (dates, judges) = (dates.get()?, judges.get()?);
        if judges.len() != dates.len() {
            return Err(Error::argument("models", "must be one for each of dates"));
        }
        let mut found = with_room(dates.len())?;
        let ends = dates.iter().map(|date| date.0);
        histories_at(days(&log), ends, |index, history| {
            let then = CustomerThen {
                period_end: dates[index],
                history: *history,
                value: CustomerValueRow::at(history, judges[index].model(), dates[index])?,
            };
            push(&mut found, then)
        })?;
        Ok(Some(found))
    }
}
