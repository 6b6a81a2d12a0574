//! `order_value(history, model, as_of)`: the expected revenue of the customer's next purchase:
//! their mean, shrunk towards the shop's order value with the weight of one purchase. Without known
//! amounts, as with a `DATE[]`, it is the shop's. That is the median of its customers' means, which no
//! single account can set.
//!
//! Arguments:
//! - history, model, as_of: as in alive_probability
//!
//! Returns: 0 or more; NULL when no amount is known at all
//!
//! Errors: as in alive_probability
//!
//! Example:
//! ```sql
//! SELECT customer_id, order_value(audience.purchase_history(order_date, amount), model, as_of) AS order_value
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: (revenue + model.order_value) / (purchases + 1), a shrunk mean.

use crate::error::Result;
use crate::functions::history::{HistoryFunction, Purchases};
use crate::models::prediction::shop_model::ShopModel;
use crate::models::value::tiers;

/// `order_value`
pub struct OrderValue;

impl HistoryFunction for OrderValue {
    const NAME: &'static str = "order_value";
    type More<'a> = ();
    type Out = f64;

    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<f64>> {
        shop.model.customer(&purchases.history, as_of)?;
        Ok(tiers::order_value(&purchases.history, &shop.model))
    }
}
