//! The purchase model as of many dates, from purchase logs in one pass.

use crate::duckdb::{Aggregate, Date, List};
use crate::error::{Error, Result};
use crate::functions::history::Model;
use crate::functions::purchases::purchase_log::Day;
use crate::models::numerics::memory::collected;
use crate::models::prediction::model_history::ModelHistory;
use crate::models::purchases::purchase_log::LogDay;
use std::borrow::Cow;

/// The fits of all dates.
#[derive(Default)]
pub struct Fits {
    /// The function that an error names.
    caller: String,
    history: ModelHistory,
}

/// The most customers over all dates: the result takes 8 seconds, in which it cannot be
/// interrupted.
const MOST_ENTRIES: usize = 200_000_000;

fn check_entries(entries: usize, caller: &str) -> Result<()> {
    if entries <= MOST_ENTRIES {
        return Ok(());
    }
    Err(Error::DuckDb(format!(
        "{caller}: every makes more than 200 million pairs of a customer and a period; choose \
         longer periods or a shorter span"
    )))
}

/// `__audience_history_models(log STRUCT[], dates DATE[], caller VARCHAR) → model STRUCT[]`, one
/// model for each of the ascending dates. Dates and caller are the same in every row.
///
/// Holds 16 bytes per purchase day at most. The result takes about 40 ms per date and million
/// customers, on one thread.
pub struct HistoryModels;

impl Aggregate for HistoryModels {
    const NAME: &'static str = "__audience_history_models";
    type Args<'a> = (List<'a, Day>, List<'a, Date>, Cow<'a, str>);
    type State = Fits;
    type Out = Vec<Model>;

    fn update(state: &mut Fits, (log, dates, caller): Self::Args<'_>) -> Result<()> {
        if state.caller.is_empty() {
            state.caller = caller.into_owned();
            let dates = dates.iter().flatten().map(|date| date.0);
            state.history.set_dates(dates)?;
        }
        state.history.add(log.iter().flatten().map(LogDay::from))?;
        check_entries(state.history.entries, &state.caller)
    }

    fn combine(into: &mut Fits, from: &Fits) -> Result<()> {
        if into.caller.is_empty() {
            into.caller.clone_from(&from.caller);
        }
        into.history.merge(&from.history)?;
        check_entries(into.history.entries, &into.caller)
    }

    fn finish(state: &mut Fits) -> Result<Option<Vec<Model>>> {
        let models = state.history.models()?;
        collected(models.iter().map(Model::from)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_customers_and_periods_are_refused_also_when_combined() {
        let part = |entries| {
            let mut fits = Fits {
                caller: "lifecycle_history".into(),
                ..Fits::default()
            };
            fits.history.entries = entries;
            fits
        };
        let mut state = Fits::default();
        let half = part(MOST_ENTRIES / 2);
        assert_eq!(HistoryModels::combine(&mut state, &half), Ok(()));
        assert_eq!(HistoryModels::combine(&mut state, &half), Ok(()));
        let error = HistoryModels::combine(&mut state, &part(1)).expect_err("one too many");
        assert!(
            error
                .to_string()
                .starts_with("lifecycle_history: every makes more than 200 million")
        );
    }
}
