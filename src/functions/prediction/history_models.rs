//! The purchase model as of many dates, from purchase logs in one pass.

use crate::duckdb::{Aggregate, Date, List};
use crate::error::{Error, Result};
use crate::functions::history::Model;
use crate::functions::purchases::purchase_log::Day;
use crate::models::prediction::model_fit::ModelFit;
use crate::models::purchases::purchase_log::{LogDay, histories_at};
use std::borrow::Cow;

/// The fits of all dates: 12 bytes per customer and date.
#[derive(Default)]
pub struct Fits {
    /// Whom an error names.
    caller: String,
    dates: Vec<i32>,
    fits: Vec<ModelFit>,
    /// Customers over all dates.
    entries: usize,
}

/// The most customers over all dates. DuckDB's memory limit does not see a state's heap, so
/// the bound (2.4 GB, and while states are combined some more) is ours to keep.
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
/// The result takes about 40 ms per date and million customers, on one thread.
pub struct HistoryModels;

impl Aggregate for HistoryModels {
    const NAME: &'static str = "__audience_history_models";
    type Args<'a> = (List<'a, Day>, List<'a, Date>, Cow<'a, str>);
    type State = Fits;
    type Out = Vec<Model>;

    fn update(state: &mut Fits, (log, dates, caller): Self::Args<'_>) -> Result<()> {
        if state.dates.is_empty() {
            state.caller = caller.into_owned();
            state.dates = dates.iter().flatten().map(|date| date.0).collect();
            state.fits = vec![ModelFit::default(); state.dates.len()];
        }
        let Fits {
            caller,
            dates,
            fits,
            entries,
        } = state;
        let days = log.iter().flatten().map(LogDay::from);
        histories_at(days, dates.iter().copied(), |index, history| {
            fits[index].add(history, Some(dates[index]));
            *entries += 1;
            Ok(())
        })?;
        check_entries(*entries, caller)
    }

    fn combine(into: &mut Fits, from: &Fits) -> Result<()> {
        if into.dates.is_empty() {
            into.caller.clone_from(&from.caller);
            into.dates.clone_from(&from.dates);
            into.fits.clone_from(&from.fits);
        } else {
            for (into, from) in into.fits.iter_mut().zip(&from.fits) {
                into.merge(from);
            }
        }
        into.entries += from.entries;
        check_entries(into.entries, &into.caller)
    }

    fn finish(state: &mut Fits) -> Result<Option<Vec<Model>>> {
        let models = state
            .fits
            .iter_mut()
            .map(|fit| Ok((&fit.finish()?.model).into()));
        models.collect::<Result<_>>().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_customers_and_periods_are_refused_also_when_combined() {
        let half = Fits {
            caller: "lifecycle_history".into(),
            dates: vec![0],
            entries: MOST_ENTRIES / 2,
            ..Fits::default()
        };
        let mut state = Fits::default();
        assert_eq!(HistoryModels::combine(&mut state, &half), Ok(()));
        assert_eq!(HistoryModels::combine(&mut state, &half), Ok(()));
        let one = Fits {
            entries: 1,
            ..Fits::default()
        };
        let error = HistoryModels::combine(&mut state, &one).expect_err("one too many");
        assert!(
            error
                .to_string()
                .starts_with("lifecycle_history: every makes more than 200 million")
        );
    }
}
