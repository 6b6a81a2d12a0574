//! A customer's rows day by day, for functions that look at more than one date.

use crate::duckdb::{Aggregate, Date, List, Unchecked, sql_row};
use crate::error::Result;
use crate::models::purchases::purchase_log::{self, LogDay, checked};

sql_row!(Read, Write for LogDay { day: Date, is_purchase: bool, revenue: Option<f64> });

/// One day of a log as an argument.
pub type Day = Unchecked<LogDay>;

/// The days of a log that is an argument, checked as they are read.
pub fn days(log: &List<Day>) -> impl Iterator<Item = Result<LogDay>> {
    checked(log.iter().map(|day| day.map(|given| given.0)))
}

/// `__audience_purchase_log(order_date DATE, amount DOUBLE) → STRUCT[]`, in the order of
/// the days
pub struct PurchaseLog;

impl Aggregate for PurchaseLog {
    const NAME: &'static str = "__audience_purchase_log";
    type Args<'a> = (Date, Option<f64>);
    type State = purchase_log::PurchaseLog;
    type Out = Vec<LogDay>;

    fn update(state: &mut purchase_log::PurchaseLog, (date, amount): Self::Args<'_>) -> Result<()> {
        state.add(date.0, amount)
    }

    fn combine(
        into: &mut purchase_log::PurchaseLog,
        from: &purchase_log::PurchaseLog,
    ) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut purchase_log::PurchaseLog) -> Result<Option<Vec<LogDay>>> {
        let days = state.days()?;
        Ok((!days.is_empty()).then_some(days))
    }
}
