//! `lifecycle_stage(history, model, as_of)`: Just Ordered (within 30 days, or the shop's
//! typical gap if that is shorter), Active, Slipping Away or Lost, judged against the
//! customer's own rhythm. Usable in any GROUP BY or window; other options need the table
//! function `audience.lifecycle_stage`.
//!
//! Arguments:
//! - history, model, as_of: as in alive_probability
//!
//! Returns: the stage; stages compare and sort in this order
//!
//! Errors: as in alive_probability
//!
//! Example:
//! ```sql
//! SELECT customer_id, lifecycle_stage(list(order_date), model, as_of) AS lifecycle_stage
//! FROM orders, audience.purchase_model('orders', customer_id, order_date, amount := amount)
//! WHERE customer_id <= 3
//! GROUP BY customer_id, model, as_of
//! ORDER BY customer_id;
//! ```
//!
//! Source: rules over MBG/NBD, see how-it-works.md.

use crate::duckdb::sql_enum;
use crate::error::Result;
use crate::functions::history::{HistoryFunction, Purchases};
use crate::models::lifecycle::lifecycle;
use crate::models::lifecycle::rules;
use crate::models::prediction::shop_model::ShopModel;

sql_enum!(rules::LifecycleStage: JustOrdered, Active, SlippingAway, Lost);

/// `lifecycle_stage`
pub struct LifecycleStage;

impl HistoryFunction for LifecycleStage {
    const NAME: &'static str = "lifecycle_stage";
    type More<'a> = ();
    type Out = rules::LifecycleStage;

    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<rules::LifecycleStage>> {
        lifecycle::stage(
            &purchases.history,
            &shop.model,
            as_of,
            rules::StageOptions::default(),
        )
        .map(Some)
    }
}
