//! The purchase model as of many dates, from purchase logs in one pass.

use crate::duckdb::{Aggregate, Date, List};
use crate::error::{Error, Result};
use crate::functions::history::period_ends;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::functions::shop_model::Model;
use crate::models::numerics::memory::collected;
use crate::models::prediction::model_history::ModelHistory;

/// The most customers over all dates: the result takes 8 seconds, in which it cannot be
/// interrupted.
const MOST_ENTRIES: usize = 200_000_000;

pub(super) fn check_entries(history: &ModelHistory) -> Result<()> {
    if history.entries <= MOST_ENTRIES {
        return Ok(());
    }
    Err(Error::argument(
        "every",
        "makes more than 200 million pairs of a customer and a period; choose longer periods or \
         a shorter span",
    ))
}

/// `__audience_history_models(log STRUCT[], dates DATE[]) → model STRUCT[]`, one model for each of
/// the ascending dates, which are the same in every row.
///
/// Holds 32 bytes per day with orders at most. The result takes about 40 ms per date and million
/// customers, on one thread.
pub struct HistoryModels;

impl Aggregate for HistoryModels {
    const NAME: &'static str = "__audience_history_models";
    type Args<'a> = (List<'a, Day>, List<'a, Date>);
    type State = ModelHistory;
    type Out = Vec<Model>;

    fn update(state: &mut ModelHistory, (log, dates): Self::Args<'_>) -> Result<()> {
        state.set_dates(dates.iter().len(), || period_ends(dates.iter()))?;
        state.add(days(&log))?;
        check_entries(state)
    }

    fn combine(into: &mut ModelHistory, from: &ModelHistory) -> Result<()> {
        into.merge(from)?;
        check_entries(into)
    }

    fn finish(state: &mut ModelHistory) -> Result<Option<Vec<Model>>> {
        collected(state.models()?.iter().map(Model::from)).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_customers_and_periods_are_refused_also_when_combined() {
        let part = |entries| {
            let mut history = ModelHistory::default();
            history.entries = entries;
            history
        };
        let mut state = ModelHistory::default();
        let half = part(MOST_ENTRIES / 2);
        assert_eq!(HistoryModels::combine(&mut state, &half), Ok(()));
        assert_eq!(HistoryModels::combine(&mut state, &half), Ok(()));
        let error = HistoryModels::combine(&mut state, &part(1)).expect_err("one too many");
        let text = error.to_string();
        assert!(
            text.starts_with("every makes more than 200 million"),
            "{text}"
        );
    }
}
