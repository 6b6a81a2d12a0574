//! `usual_gap_days(history, model, as_of)`: the customer's usual days between purchases: the mean
//! of their own gaps and one typical gap of the shop.
//!
//! Arguments:
//! - history, model, as_of: as in alive_probability
//!
//! Returns: days
//!
//! Errors: as in alive_probability
//!
//! Example:
//! ```sql
//! SELECT customer_id, usual_gap_days(list(order_date), model, as_of) AS usual_gap_days
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: (G + t) / (1 + x), t the days from the first to the last of 1 + x purchases, G
//! the model's typical gap.

use crate::error::Result;
use crate::functions::history::{HistoryFunction, Purchases};
use crate::models::lifecycle::rules;
use crate::models::prediction::shop_model::ShopModel;

/// `usual_gap_days`
pub struct UsualGapDays;

impl HistoryFunction for UsualGapDays {
    const NAME: &'static str = "usual_gap_days";
    type More<'a> = ();
    type Out = f64;

    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<f64>> {
        shop.model.customer(&purchases.history, as_of)?;
        Ok(Some(rules::usual_gap(
            &purchases.history,
            shop.model.typical_gap_days,
        )))
    }
}
