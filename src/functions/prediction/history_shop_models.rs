//! The whole purchase model as of many dates, from purchase logs in one pass.

use super::history_models::check_entries;
use crate::duckdb::{Aggregate, Blob, Date, List};
use crate::error::Result;
use crate::functions::history::{HORIZON_DAYS, period_ends};
use crate::functions::purchases::purchase_log::{Day, days};
use crate::models::numerics::memory::try_collected;
use crate::models::prediction::model_history::ModelHistory;

/// Collects logs, and what is wanted, which every row says alike.
#[derive(Default)]
pub struct State {
    history: ModelHistory,
    season: bool,
    /// Whether the dates on which what the shop's past adds is wanted are known.
    learns: bool,
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
        let history = &mut state.history;
        history.set_dates(dates.iter().len(), || period_ends(dates.iter()))?;
        if !state.learns {
            let learn = learn.map(|learn| period_ends(learn.iter())).transpose()?;
            history.learn_on(|date| learn.as_ref().is_none_or(|learn| learn.contains(&date)))?;
            state.learns = true;
        }
        history.add(days(&log))?;
        check_entries(history)
    }

    fn combine(into: &mut State, from: &State) -> Result<()> {
        into.season |= from.season;
        into.learns |= from.learns;
        into.history.merge(&from.history)?;
        check_entries(&into.history)
    }

    fn finish(state: &mut State) -> Result<Option<Vec<Blob>>> {
        let models = state.history.shop_models(HORIZON_DAYS, state.season)?;
        try_collected(models.iter().map(|model| model.packed().map(Blob))).map(Some)
    }
}
