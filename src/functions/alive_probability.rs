//! `alive_probability(history, model, as_of)`: the chance, 0 to 1, that the customer is
//! still a customer at `as_of`.
//!
//! `history` is the STRUCT of `audience.purchase_history` or a `DATE[]`; a NULL model
//! means the documented prior; any other NULL gives NULL.
//!
//! MBG/NBD: Hoppe & Wagner (2007), P(alive | x, t, T).

use crate::error::Result;
use crate::history::HistoryFunction;
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;

/// `alive_probability`
pub struct AliveProbability;

impl HistoryFunction for AliveProbability {
    const NAME: &'static str = "alive_probability";
    type More<'a> = ();
    type Out = f64;

    fn evaluate(
        history: &PurchaseHistory,
        model: &PurchaseModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<f64>> {
        let customer = model.customer(history, as_of)?;
        Ok(Some(customer.alive_probability()))
    }
}
