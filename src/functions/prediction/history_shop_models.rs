//! The whole purchase model as of many dates, from purchase logs in one pass.

use super::history_models::check_entries;
use crate::duckdb::{Aggregate, Date, List};
use crate::error::Result;
use crate::functions::history::{HORIZON_DAYS, period_ends};
use crate::functions::purchases::purchase_log::{Day, days};
use crate::functions::shop_model::WholeModel;
use crate::models::numerics::memory::collected;
use crate::models::prediction::model_history::ModelHistory;

/// `__audience_history_shop_models(log STRUCT[], dates DATE[]) → model STRUCT[]`, like
/// `__audience_history_models` with what the shop's past adds on each of the dates.
pub struct HistoryShopModels;

impl Aggregate for HistoryShopModels {
    const NAME: &'static str = "__audience_history_shop_models";
    type Args<'a> = (List<'a, Day>, List<'a, Date>);
    type State = ModelHistory;
    type Out = Vec<WholeModel>;

    fn update(state: &mut ModelHistory, (log, dates): Self::Args<'_>) -> Result<()> {
        state.set_dates(dates.iter().len(), || period_ends(dates.iter()))?;
        state.add(days(&log))?;
        check_entries(state)
    }

    fn combine(into: &mut ModelHistory, from: &ModelHistory) -> Result<()> {
        into.merge(from)?;
        check_entries(into)
    }

    fn finish(state: &mut ModelHistory) -> Result<Option<Vec<WholeModel>>> {
        let models = state.shop_models(HORIZON_DAYS)?;
        collected(models.iter().map(WholeModel::from)).map(Some)
    }
}
