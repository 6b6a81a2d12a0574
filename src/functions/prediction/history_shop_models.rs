//! The whole purchase model as of many dates, from purchase logs in one pass.

use super::history_models::check_entries;
use crate::duckdb::{Aggregate, Date, List};
use crate::error::Result;
use crate::functions::history::{HORIZON_DAYS, period_ends};
use crate::functions::purchases::purchase_log::{Day, days};
use crate::functions::shop_model::WholeModel;
use crate::models::numerics::memory::collected;
use crate::models::prediction::model_history::ModelHistory;

/// Collects logs, and whether the shop's seasons are wanted, which every row says alike.
#[derive(Default)]
pub struct State {
    history: ModelHistory,
    season: bool,
}

/// `__audience_history_shop_models(log STRUCT[], dates DATE[], season BOOLEAN) → model STRUCT[]`, like
/// `__audience_history_models` with what the shop's past adds on each of the dates.
pub struct HistoryShopModels;

impl Aggregate for HistoryShopModels {
    const NAME: &'static str = "__audience_history_shop_models";
    type Args<'a> = (List<'a, Day>, List<'a, Date>, bool);
    type State = State;
    type Out = Vec<WholeModel>;

    fn update(state: &mut State, (log, dates, season): Self::Args<'_>) -> Result<()> {
        state.season = season;
        let history = &mut state.history;
        history.set_dates(dates.iter().len(), || period_ends(dates.iter()))?;
        history.add(days(&log))?;
        check_entries(history)
    }

    fn combine(into: &mut State, from: &State) -> Result<()> {
        into.season |= from.season;
        into.history.merge(&from.history)?;
        check_entries(&into.history)
    }

    fn finish(state: &mut State) -> Result<Option<Vec<WholeModel>>> {
        let models = state.history.shop_models(HORIZON_DAYS, state.season)?;
        collected(models.iter().map(WholeModel::from)).map(Some)
    }
}
