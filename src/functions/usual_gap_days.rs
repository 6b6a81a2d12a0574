//! `usual_gap_days(history, model, as_of)`: the customer's usual days between purchases,
//! from their own gaps and one typical gap of the shop.
//!
//! `history` is the STRUCT of `audience.purchase_history` or a `DATE[]`; a NULL model
//! means the documented prior; any other NULL gives NULL.

use crate::error::Result;
use crate::history::HistoryFunction;
use crate::models::lifecycle;
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;

/// `usual_gap_days`
pub struct UsualGapDays;

impl HistoryFunction for UsualGapDays {
    const NAME: &'static str = "usual_gap_days";
    type More<'a> = ();
    type Out = f64;

    fn evaluate(
        history: &PurchaseHistory,
        model: &PurchaseModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<f64>> {
        model.customer(history, as_of)?;
        Ok(Some(lifecycle::usual_gap(history, model.typical_gap_days)))
    }
}
