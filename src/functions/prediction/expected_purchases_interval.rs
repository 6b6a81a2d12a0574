//! `expected_purchases_interval(history, model, as_of, days)`: between which numbers of purchases (days with an
//! order) the customer stays within `days` after `as_of`, with a probability of at least 80 % by the model: a prediction
//! interval for what expected_purchases expects, by MBG/NBD and what the shop's past adds, in the shop's seasons.
//!
//! At most 10 % of such customers make fewer purchases than low, and at most 10 % more than high. Purchases are whole
//! numbers, so both together are mostly fewer than 20 %. It is a range for one customer. The sum over many customers is
//! much surer than the sums of low and high say. The model knows no change of a customer's rate: where people buy every
//! week the interval is too narrow, see customer-value.md.
//!
//! Arguments:
//! - history, model, as_of: as in alive_probability
//! - days: INTEGER, 0 to 36525; NULL gives NULL
//!
//! Returns: STRUCT of
//! - low: the fewest purchases, 0 to 10,000; 0 where at least 10 % do not come back
//! - high: the most, 0 to 10,000; 0 where at most 10 % come back
//!
//! Errors: as in alive_probability; days is out of range
//!
//! Example:
//! ```sql
//! SELECT customer_id, expected_purchases_interval(list(order_date), model, as_of, 365) AS expected_purchases_interval
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: the distribution of the purchases of MBG/NBD, Batislam, Denizel & Filiztekin (2007), whose mean
//! expected_purchases is; what was learned moves the chance of any purchase, and stretches the number of the others.

use crate::duckdb::sql_struct;
use crate::error::Result;
use crate::functions::history::{HistoryFunction, Purchases, horizon};
use crate::models::prediction::shop_model::ShopModel;

sql_struct! {
    /// The bounds of a prediction interval.
    pub struct PurchasesInterval {
        /// The fewest purchases.
        pub low: i32,
        /// The most.
        pub high: i32,
    }
}

/// The share of customers below the interval, and above it, is at most this.
const TAIL: f64 = 0.1;

/// `expected_purchases_interval`
pub struct ExpectedPurchasesInterval;

impl HistoryFunction for ExpectedPurchasesInterval {
    const NAME: &'static str = "expected_purchases_interval";
    type More<'a> = (i32,);
    type Out = PurchasesInterval;

    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        (days,): (i32,),
    ) -> Result<Option<PurchasesInterval>> {
        let days = horizon(days)?;
        let prospect = purchases.prospect(shop, as_of)?;
        let [low, high] = prospect.outlook(days).quantiles([TAIL, 1.0 - TAIL]);
        Ok(Some(PurchasesInterval { low, high }))
    }
}
