//! `audience.purchase_model_fit(history, as_of := NULL)`: an aggregate that fits the
//! shop's purchase model to its customers' histories.
//!
//! MBG/NBD by a weakly regularised MAP fit (see `models::mbg_nbd_fit`), the typical gap
//! and the typical order value. `as_of` defaults to the latest purchase.

use crate::duckdb::{Aggregate, Date, sql_enum, sql_struct};
use crate::error::Result;
use crate::functions::history::{History, Model};
use crate::models::numerics::checks::finite_day;
use crate::models::prediction::model_fit::{FitStatus, ModelFit};

sql_enum!(FitStatus: Fitted, Prior, Empty);

sql_struct! {
    /// The model and how it was found.
    pub struct FitRow {
        /// Up to when purchases were known.
        pub as_of: Option<Date>,
        /// Customers with a purchase.
        pub customers: i64,
        /// Customers with at least two.
        pub repeaters: i64,
        /// Log-likelihood at the optimum, of at most 20,000 customers.
        pub log_likelihood: Option<f64>,
        /// Iterations of the optimiser.
        pub iterations: i32,
        /// Whether the data or the prior decided.
        pub status: FitStatus,
        /// What the scoring functions take.
        pub model: Model,
    }
}

/// `__audience_purchase_model_fit(history STRUCT, as_of DATE) → STRUCT`
pub struct PurchaseModelFit;

impl Aggregate for PurchaseModelFit {
    const NAME: &'static str = "__audience_purchase_model_fit";
    type Args<'a> = (History, Option<Date>);
    type State = ModelFit;
    type Out = FitRow;

    fn update(state: &mut ModelFit, (history, as_of): Self::Args<'_>) -> Result<()> {
        let as_of = as_of.map(|date| finite_day("as_of", date.0));
        state.add(&history.try_into()?, as_of.transpose()?)
    }

    fn combine(into: &mut ModelFit, from: &ModelFit) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut ModelFit) -> Result<Option<FitRow>> {
        let fitted = state.finish()?;
        Ok(Some(FitRow {
            as_of: fitted.as_of.map(Date),
            customers: fitted.customers,
            repeaters: fitted.repeaters,
            log_likelihood: fitted.log_likelihood,
            iterations: fitted.iterations,
            status: fitted.status,
            model: (&fitted.model).into(),
        }))
    }
}
