//! Purchase days as a list, from the bytes that steps hand on.

use crate::duckdb::{Date, Scalar};
use crate::error::Result;
use crate::functions::history::History;
use crate::models::purchases::packed_gaps::days_of_gaps;
use crate::models::purchases::purchases::PurchaseHistory;

/// `__audience_order_dates(history, gaps BLOB) → DATE[]`
pub struct OrderDates;

impl Scalar for OrderDates {
    const NAME: &'static str = "__audience_order_dates";
    type Args<'a> = (History, &'a [u8]);
    type Out = Vec<Date>;

    fn call((history, gaps): Self::Args<'_>) -> Result<Option<Vec<Date>>> {
        let history: PurchaseHistory = history.try_into()?;
        let days = days_of_gaps(history.first_day, history.purchases, gaps)?;
        Ok(Some(days.into_iter().map(Date).collect()))
    }
}
