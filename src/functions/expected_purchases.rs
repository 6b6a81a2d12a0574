//! `expected_purchases(history, model, as_of, days)`: the purchases (days with an order)
//! to expect within `days` (0 to 36525) after `as_of`.
//!
//! `history` is the STRUCT of `audience.purchase_history` or a `DATE[]`; a NULL model
//! means the documented prior; any other NULL gives NULL.
//!
//! MBG/NBD: Batislam, Denizel & Filiztekin (2007), as the series documented in
//! `models::mbg_nbd`.

use crate::error::Result;
use crate::history::HistoryFunction;
use crate::history::horizon;
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;

/// `expected_purchases`
pub struct ExpectedPurchases;

impl HistoryFunction for ExpectedPurchases {
    const NAME: &'static str = "expected_purchases";
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
        Ok(Some(customer.expected_purchases(days)))
    }
}
