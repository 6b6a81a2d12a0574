//! The purchase model at the end of every period, from purchase logs that nobody has at once.

use crate::duckdb::{Aggregate, Date, List, sql_struct};
use crate::error::{Error, Result};
use crate::functions::history::period_ends;
use crate::functions::mergeable::Mergeable;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::functions::shop_model::Model;
use crate::models::numerics::checks::changed;
use crate::models::numerics::memory::collected;
use crate::models::prediction::model_history::ModelHistory;

sql_struct! {
    /// The models of all periods.
    pub struct Periods {
        /// The shop's first purchase; NULL without one up to the last period.
        pub first_order_date: Option<Date>,
        /// In order of their dates; none without a customer.
        pub periods: Vec<PeriodModel>,
    }
}

sql_struct! {
    /// The model of a period.
    pub struct PeriodModel {
        /// The day up to which the model knows the orders.
        pub period_end: Date,
        /// MBG/NBD.
        pub model: Model,
    }
}

/// `__audience_period_models(log STRUCT[], dates DATE[]) → STRUCT`, one model for each of the ascending
/// dates, which are the same in every row. A log that is NULL is nobody's. The time of the result depends on how many different
/// customers there are on each date, and is limited.
pub struct PeriodModels;

impl Aggregate for PeriodModels {
    const NAME: &'static str = "__audience_period_models";
    type Args<'a> = (Option<List<'a, Day>>, List<'a, Date>);
    type State = ModelHistory;
    type Out = Periods;

    fn update(state: &mut ModelHistory, (log, dates): Self::Args<'_>) -> Result<()> {
        state.set_dates(dates.iter().len(), || period_ends(dates.iter()))?;
        log.map_or(Ok(()), |log| state.add(days(&log)))
    }

    fn combine(into: &mut ModelHistory, from: &ModelHistory) -> Result<()> {
        into.merge(from).map_err(|error| match error {
            error if error == changed("dates") => {
                Error::argument("states", "must be of the same every, since and until")
            }
            error => error,
        })
    }

    fn finish(state: &mut ModelHistory) -> Result<Option<Periods>> {
        let models = state.dated_models()?;
        let first_day = models.last().and_then(|last| last.first_day);
        let periods = models.iter().map(|dated| PeriodModel {
            period_end: Date(dated.date),
            model: (&dated.shop.model).into(),
        });
        Ok(Some(Periods {
            first_order_date: first_day.map(Date),
            periods: collected(periods)?,
        }))
    }
}

impl Mergeable for PeriodModels {
    const STATE: &'static str = "__audience_period_models_state";
    const MERGED: &'static str = "__audience_period_models_merged";
    const SUMMED: &'static str = "__audience_period_models_summed";
}
