//! `return_probability(history, model, as_of, days)`: the chance, 0 to 1, of at least one
//! purchase within `days` (0 to 36525) after `as_of`.
//!
//! `history` is the STRUCT of `audience.purchase_history` or a `DATE[]`; a NULL model
//! means the documented prior; any other NULL gives NULL.
//!
//! MBG/NBD: P(alive) · [1 − ((α+T)/(α+T+days))^(r+x)].

use crate::error::Result;
use crate::history::HistoryFunction;
use crate::history::horizon;
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;

/// `return_probability`
pub struct ReturnProbability;

impl HistoryFunction for ReturnProbability {
    const NAME: &'static str = "return_probability";
    type More<'a> = (i32,);
    type Out = f64;

    fn evaluate(
        history: &PurchaseHistory,
        model: &PurchaseModel,
        as_of: i32,
        (days,): (i32,),
    ) -> Result<Option<f64>> {
        let days = horizon(days)?;
        let customer = model.customer(history, as_of)?;
        Ok(Some(customer.return_probability(days)))
    }
}
