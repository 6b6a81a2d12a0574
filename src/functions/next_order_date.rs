//! `next_order_date(history, model, as_of)`: the day by which the next purchase comes with
//! even odds, given that one comes within a year; at least the day after `as_of`.
//!
//! `history` is the STRUCT of `audience.purchase_history` or a `DATE[]`; a NULL model
//! means the documented prior; any other NULL gives NULL.

use crate::duckdb::Date;
use crate::error::Result;
use crate::history::HistoryFunction;
use crate::history::{HORIZON_DAYS, JUST_ORDERED_DAYS};
use crate::models::lifecycle;
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;

/// `next_order_date`
pub struct NextOrderDate;

impl HistoryFunction for NextOrderDate {
    const NAME: &'static str = "next_order_date";
    type More<'a> = ();
    type Out = Date;

    fn evaluate(
        history: &PurchaseHistory,
        model: &PurchaseModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<Date>> {
        let lifecycle = lifecycle::assess(history, model, as_of, JUST_ORDERED_DAYS, HORIZON_DAYS)?;
        Ok(lifecycle.next_order_date.map(Date))
    }
}
