//! `expected_purchases(history, model, as_of, days)`: the expected number of purchases (days with
//! an order) within `days` after `as_of`, by MBG/NBD and what the shop's past adds, in the shop's seasons, as in
//! return_probability.
//!
//! Arguments:
//! - history, model, as_of: as in alive_probability
//! - days: INTEGER, 0 to 36525; NULL gives NULL
//!
//! Returns: 0 or more, at most 10,000
//!
//! Errors: as in alive_probability; days is out of range
//!
//! Example:
//! ```sql
//! SELECT customer_id, expected_purchases(list(order_date), model, as_of, 365) AS expected_purchases
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: MBG/NBD, Batislam, Denizel & Filiztekin (2007), as the series documented in
//! `models::mbg_nbd`.

use crate::error::Result;
use crate::functions::history::{HistoryFunction, Purchases, horizon};
use crate::models::prediction::shop_model::ShopModel;

/// `expected_purchases`
pub struct ExpectedPurchases;

impl HistoryFunction for ExpectedPurchases {
    const NAME: &'static str = "expected_purchases";
    type More<'a> = (i32,);
    type Out = f64;

    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        (days,): (i32,),
    ) -> Result<Option<f64>> {
        let days = horizon(days)?;
        let prospect = purchases.prospect(shop, as_of)?;
        Ok(Some(prospect.expected_purchases(days)))
    }
}
