//! The expected purchases and revenue of a customer within a year, and the customer value.

use crate::duckdb::{Constant, Date, Scalar, sql_struct};
use crate::error::Result;
use crate::functions::history::History;
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::prediction::model::{PurchaseModel, YEAR_DAYS};
use crate::models::purchases::purchases::PurchaseHistory;
use crate::models::value::tiers;

sql_struct! {
    /// Looks 365 days ahead; NULL where no amount is known.
    pub struct CustomerValueRow {
        /// Purchases to expect.
        pub expected_purchases: f64,
        /// Their revenue.
        pub expected_revenue: Option<f64>,
        /// Revenue so far, if positive, plus expected revenue.
        pub customer_value: Option<f64>,
    }
}

/// `__audience_customer_value(history, model, as_of) → STRUCT`
pub struct CustomerValue;

impl Scalar for CustomerValue {
    const NAME: &'static str = "__audience_customer_value";
    type Args<'a> = (History, Constant<Judge>, Date);
    type Out = CustomerValueRow;

    fn call((history, model, as_of): Self::Args<'_>) -> Result<Option<CustomerValueRow>> {
        let history: PurchaseHistory = history.try_into()?;
        let model = model.get()?.model();
        CustomerValueRow::at(&history, model, as_of).map(Some)
    }
}

impl CustomerValueRow {
    /// The value of a customer whose history is valid.
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of`.
    pub fn at(history: &PurchaseHistory, model: &PurchaseModel, as_of: Date) -> Result<Self> {
        let customer = model.customer(history, as_of.0)?;
        let expected_purchases = customer.expected_purchases(YEAR_DAYS);
        Ok(Self {
            expected_purchases,
            expected_revenue: tiers::expected_revenue(history, model, expected_purchases),
            customer_value: tiers::customer_value(history, model, expected_purchases),
        })
    }
}
