//! A customer's rows day by day, for functions that look at more than one date.

use crate::duckdb::{Aggregate, Date, List, sql_struct};
use crate::error::Result;
use crate::models::purchases::purchase_log::{self, LogDay, checked};

sql_struct! {
    /// One day of a customer.
    pub struct Day {
        /// The day.
        pub day: Date,
        /// False where the rows are only refunds.
        pub is_purchase: bool,
        /// The sum of the known amounts; NULL where none is known.
        pub revenue: Option<f64>,
    }
}

impl From<LogDay> for Day {
    fn from(day: LogDay) -> Self {
        Self {
            day: Date(day.day),
            is_purchase: day.is_purchase,
            revenue: day.revenue,
        }
    }
}

impl From<Day> for LogDay {
    fn from(day: Day) -> Self {
        Self {
            day: day.day.0,
            is_purchase: day.is_purchase,
            revenue: day.revenue,
        }
    }
}

/// The days of a log that is an argument, checked as they are read.
pub fn days(log: &List<Day>) -> impl Iterator<Item = Result<LogDay>> {
    checked(log.iter().map(|day| day.map(LogDay::from)))
}

/// `__audience_purchase_log(order_date DATE, amount DOUBLE) → STRUCT[]`, in the order of
/// the days
pub struct PurchaseLog;

impl Aggregate for PurchaseLog {
    const NAME: &'static str = "__audience_purchase_log";
    type Args<'a> = (Date, Option<f64>);
    type State = purchase_log::PurchaseLog;
    type Out = Vec<Day>;

    fn update(state: &mut purchase_log::PurchaseLog, (date, amount): Self::Args<'_>) -> Result<()> {
        state.add(date.0, amount)
    }

    fn combine(
        into: &mut purchase_log::PurchaseLog,
        from: &purchase_log::PurchaseLog,
    ) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut purchase_log::PurchaseLog) -> Result<Option<Vec<Day>>> {
        let days = state.days()?;
        Ok((!days.is_empty()).then(|| days.into_iter().map(Day::from).collect()))
    }
}
