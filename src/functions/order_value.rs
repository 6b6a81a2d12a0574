//! `order_value(history, model, as_of)`: the revenue to expect of the customer's next
//! purchase: their mean, shrunk to the shop's by one purchase. Not negative.
//!
//! `history` is the STRUCT of `audience.purchase_history` or a `DATE[]`; a NULL model
//! means the documented prior; any other NULL gives NULL.
//! Without known amounts it is the shop's mean, NULL when that is unknown too.

use crate::error::Result;
use crate::history::HistoryFunction;
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;
use crate::models::tiers;

/// `order_value`
pub struct OrderValue;

impl HistoryFunction for OrderValue {
    const NAME: &'static str = "order_value";
    type More<'a> = ();
    type Out = f64;

    fn evaluate(
        history: &PurchaseHistory,
        model: &PurchaseModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<f64>> {
        model.customer(history, as_of)?;
        Ok(tiers::order_value(history, model))
    }
}
