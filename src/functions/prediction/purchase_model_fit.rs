//! `audience.purchase_model_fit(history, as_of := NULL, horizon_days := 180)`: an aggregate that
//! fits the shop's purchase model to its customers' histories.
//!
//! MBG/NBD by a weakly regularised MAP fit (see `models::mbg_nbd_fit`), the typical gap
//! and the typical order value, and what the shop's past adds (see `models::learned_fit`). `as_of`
//! defaults to the latest purchase.

use crate::duckdb::{Aggregate, Date, sql_enum, sql_struct};
use crate::error::Result;
use crate::functions::history::{HORIZON_DAYS, History, with_days};
use crate::functions::shop_model::WholeModel;
use crate::models::numerics::checks::{changed, finite_day, within};
use crate::models::prediction::learned::MOST_DAYS;
use crate::models::prediction::lessons::lessons;
use crate::models::prediction::model_fit::{FitStatus, FittedModel, ModelFit};

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
        /// Different customers that were learned from; 0 without a finished window.
        pub learned_customers: i64,
        /// What was learned, in words, the most important first; NULL without a finished window.
        pub lessons: Option<Vec<String>>,
        /// What the scoring functions take.
        pub model: WholeModel,
    }
}

/// What to learn.
#[derive(Clone, Copy, PartialEq)]
struct Task {
    horizon: i32,
    seasons: bool,
}

/// The customers, and what to learn, which is the same in every row.
#[derive(Default)]
pub struct Fitting {
    fit: ModelFit,
    task: Option<Task>,
}

impl Fitting {
    fn learn(&mut self, task: Task) -> Result<()> {
        if *self.task.get_or_insert(task) == task {
            return Ok(());
        }
        Err(changed("horizon_days and season"))
    }

    /// The model of the customers so far.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn finish(&mut self) -> Result<FittedModel> {
        let Task { horizon, seasons } = self.task.unwrap_or(Task {
            horizon: HORIZON_DAYS,
            seasons: true,
        });
        self.fit.finish(horizon, seasons)
    }
}

/// `__audience_purchase_model_fit(history STRUCT, gaps BLOB, as_of DATE, horizon_days,
/// season BOOLEAN) → STRUCT`
pub struct PurchaseModelFit;

impl Aggregate for PurchaseModelFit {
    const NAME: &'static str = "__audience_purchase_model_fit";
    type Args<'a> = (History, Option<&'a [u8]>, Option<Date>, i32, bool);
    type State = Fitting;
    type Out = FitRow;

    fn update(
        state: &mut Fitting,
        (history, gaps, as_of, horizon, seasons): Self::Args<'_>,
    ) -> Result<()> {
        let as_of = as_of.map(|date| finite_day("as_of", date.0)).transpose()?;
        let horizon = within("horizon_days", horizon, 1..=MOST_DAYS)?;
        state.learn(Task { horizon, seasons })?;
        with_days(history, gaps, |history, days| {
            state.fit.add(history, days, as_of)
        })
    }

    fn combine(into: &mut Fitting, from: &Fitting) -> Result<()> {
        if let Some(task) = from.task {
            into.learn(task)?;
        }
        into.fit.merge(&from.fit)
    }

    fn finish(state: &mut Fitting) -> Result<Option<FitRow>> {
        let fitted = state.finish()?;
        Ok(Some(FitRow {
            as_of: fitted.as_of.map(Date),
            customers: fitted.customers,
            repeaters: fitted.repeaters,
            log_likelihood: fitted.log_likelihood,
            iterations: fitted.iterations,
            status: fitted.status,
            learned_customers: fitted.learned_customers,
            lessons: fitted.model.learned.as_ref().map(lessons),
            model: WholeModel::of(&fitted.model, fitted.as_of.map(Date)),
        }))
    }
}
