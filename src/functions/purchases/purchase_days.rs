//! The days on which a customer bought.

use crate::duckdb::{Aggregate, Date, sql_struct};
use crate::error::Result;
use crate::models::purchases::purchase_days::BoughtDays;

sql_struct! {
    /// A customer's purchase days, and how far their rows reach.
    pub struct PurchaseDaysRow {
        /// Ascending; empty where there are only refunds.
        pub days: Vec<Date>,
        /// The day of the latest row, refunds included.
        pub latest: Date,
    }
}

/// `__audience_purchase_days(order_date DATE, amount DOUBLE) → STRUCT(days DATE[], latest)`,
/// NULL without a finite date
pub struct PurchaseDays;

impl Aggregate for PurchaseDays {
    const NAME: &'static str = "__audience_purchase_days";
    type Args<'a> = (Date, Option<f64>);
    type State = BoughtDays;
    type Out = PurchaseDaysRow;

    #[inline]
    fn update(state: &mut BoughtDays, (date, amount): Self::Args<'_>) -> Result<()> {
        state.add(date.0, amount)
    }

    fn combine(into: &mut BoughtDays, from: &BoughtDays) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut BoughtDays) -> Result<Option<PurchaseDaysRow>> {
        let Some(latest) = state.latest() else {
            return Ok(None);
        };
        Ok(Some(PurchaseDaysRow {
            days: state.days()?.into_iter().map(Date).collect(),
            latest: Date(latest),
        }))
    }
}
