//! The whole purchase model as of many dates, from purchase logs in one pass.

use super::history_models::check_entries;
use crate::duckdb::{Aggregate, Blob, Date, List};
use crate::error::Result;
use crate::functions::history::{HORIZON_DAYS, period_ends};
use crate::functions::purchases::purchase_log::{Day, days};
use crate::models::numerics::memory::{copied, try_collected};
use crate::models::prediction::model_history::ModelHistory;

/// Collects logs, and what is wanted, which every row says alike.
#[derive(Default)]
pub struct State {
    history: ModelHistory,
    season: bool,
    /// On which dates what the shop's past adds is wanted; `None` for all.
    learn: Option<Vec<i32>>,
}

/// `__audience_history_shop_models(log STRUCT[], dates DATE[], season BOOLEAN, learn DATE[]) →
/// BLOB[]`, packed models, like `__audience_history_models` with what the shop's past adds on the dates of `learn`;
/// NULL for all of them.
pub struct HistoryShopModels;

impl Aggregate for HistoryShopModels {
    const NAME: &'static str = "__audience_history_shop_models";
    type Args<'a> = (List<'a, Day>, List<'a, Date>, bool, Option<List<'a, Date>>);
    type State = State;
    type Out = Vec<Blob>;

    fn update(state: &mut State, (log, dates, season, learn): Self::Args<'_>) -> Result<()> {
        state.season = season;
        if let (Some(learn), None) = (learn, &state.learn) {
            state.learn = Some(period_ends(learn.iter())?);
        }
        let history = &mut state.history;
        history.set_dates(dates.iter().len(), || period_ends(dates.iter()))?;
        history.add(days(&log))?;
        check_entries(history)
    }

    fn combine(into: &mut State, from: &State) -> Result<()> {
        into.season |= from.season;
        if into.learn.is_none() {
            into.learn = from.learn.as_deref().map(copied).transpose()?;
        }
        into.history.merge(&from.history)?;
        check_entries(&into.history)
    }

    fn finish(state: &mut State) -> Result<Option<Vec<Blob>>> {
        let models = state
            .history
            .shop_models(HORIZON_DAYS, state.season, |date| {
                (state.learn.as_ref()).is_none_or(|learn| learn.contains(&date))
            })?;
        try_collected(models.iter().map(|model| model.packed().map(Blob))).map(Some)
    }
}
