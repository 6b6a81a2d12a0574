//! `next_order_date(history, model, as_of)`: the median day of the next purchase, given that one
//! comes within a year; at least the day after `as_of`. It tells you when the next purchase would
//! come, not whether it comes; for that see return_probability. In a season that sells more, days count for more.
//!
//! Arguments:
//! - history, model, as_of: as in alive_probability
//!
//! Returns: a day after as_of; NULL beyond the calendar
//!
//! Errors: as in alive_probability
//!
//! Example:
//! ```sql
//! SELECT customer_id, next_order_date(list(order_date), model, as_of) AS next_order_date
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: the median of MBG/NBD's next purchase, (α+T)(((1+G)/2)^(−1/(r+x)) − 1) days with
//! G = ((α+T)/(α+T+365))^(r+x).

use crate::duckdb::Date;
use crate::error::Result;
use crate::functions::history::{HistoryFunction, Purchases};
use crate::models::lifecycle::lifecycle;
use crate::models::prediction::shop_model::ShopModel;

/// `next_order_date`
pub struct NextOrderDate;

impl HistoryFunction for NextOrderDate {
    const NAME: &'static str = "next_order_date";
    type More<'a> = ();
    type Out = Date;

    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<Date>> {
        let prospect = purchases.prospect(shop, as_of)?;
        Ok(lifecycle::next_order_date(&prospect, as_of).map(Date))
    }
}
