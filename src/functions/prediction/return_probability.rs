//! `return_probability(history, model, as_of, days)`: the chance of at least one purchase
//! within `days` after `as_of`, by MBG/NBD and, if the model has them, the shop's seasons and what its past adds. The
//! latter needs the days of the purchases: a history STRUCT without `order_dates` gives MBG/NBD alone. What was learned for one horizon moves the
//! log odds of every other by as much.
//!
//! Arguments:
//! - history, model, as_of: as in alive_probability
//! - days: INTEGER, 0 to 36525; NULL gives NULL
//!
//! Returns: 0 to 1
//!
//! Errors: as in alive_probability; days is out of range
//!
//! Example:
//! ```sql
//! SELECT customer_id, return_probability(list(order_date), model, as_of, 90) AS return_probability
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: MBG/NBD, P(alive) · (1 − ((α+T)/(α+T+days))^(r+x)), moved as how-it-works.md says.

use crate::error::Result;
use crate::functions::history::{HistoryFunction, Purchases, horizon};
use crate::models::prediction::shop_model::ShopModel;

/// `return_probability`
pub struct ReturnProbability;

impl HistoryFunction for ReturnProbability {
    const NAME: &'static str = "return_probability";
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
        Ok(Some(prospect.return_probability(days)))
    }
}
