//! `alive_probability(history, model, as_of)`: the chance that the customer is still a
//! customer at `as_of`.
//!
//! Arguments:
//! - history: the STRUCT of `audience.purchase_history`, or a `DATE[]` or `TIMESTAMP[]` of
//!   orders in any order; in a list NULLs, repetitions and dates after as_of are ignored; NULL or an
//!   empty list gives NULL
//! - model: the STRUCT of `audience.purchase_model` or `audience.purchase_model_fit`; NULL means
//!   the prior of the reference
//! - as_of: DATE, finite; NULL gives NULL
//!
//! Returns: 0 to 1
//!
//! Errors: as_of is infinite, a history STRUCT has a purchase after as_of or is impossible,
//! or a field of the model is NULL or out of range
//!
//! Example:
//! ```sql
//! SELECT customer_id, alive_probability(list(order_date), model, as_of) AS alive_probability
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: MBG/NBD, Hoppe & Wagner (2007), P(alive | x, t, T).

use crate::error::Result;
use crate::functions::history::{HistoryFunction, Purchases};
use crate::models::prediction::shop_model::ShopModel;

/// `alive_probability`
pub struct AliveProbability;

impl HistoryFunction for AliveProbability {
    const NAME: &'static str = "alive_probability";
    type More<'a> = ();
    type Out = f64;

    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<f64>> {
        let customer = shop.model.customer(&purchases.history, as_of)?;
        Ok(Some(customer.alive_probability()))
    }
}
