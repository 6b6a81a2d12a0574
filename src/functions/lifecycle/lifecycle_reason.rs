//! `lifecycle_reason(history, model, as_of)`: the reason of the lifecycle stage with its numbers,
//! in one sentence, as the table functions give it with their default options.
//!
//! Arguments:
//! - history, model, as_of: as in alive_probability
//!
//! Returns: a sentence
//!
//! Errors: as in alive_probability
//!
//! Example:
//! ```sql
//! SELECT customer_id, lifecycle_reason(list(order_date), model, as_of) AS lifecycle_reason
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: see lifecycle_stage.

use crate::error::Result;
use crate::functions::history::{HORIZON_DAYS, HistoryFunction, Purchases};
use crate::models::lifecycle::rules::StageOptions;
use crate::models::lifecycle::{lifecycle, reason};
use crate::models::prediction::shop_model::ShopModel;

/// `lifecycle_reason`
pub struct LifecycleReason;

impl HistoryFunction for LifecycleReason {
    const NAME: &'static str = "lifecycle_reason";
    type More<'a> = ();
    type Out = String;

    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<String>> {
        let options = StageOptions::default();
        let Purchases { history, days } = purchases;
        let days = days.as_deref();
        let lifecycle =
            lifecycle::assess_learned(history, days, shop, as_of, options, HORIZON_DAYS)?;
        let mut text = String::new();
        reason::lifecycle_reason(&mut text, &lifecycle, history, HORIZON_DAYS);
        Ok(Some(text))
    }
}
