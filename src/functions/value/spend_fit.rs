//! The spend model of a shop, from its customers' purchase logs.

use crate::duckdb::{Aggregate, List, sql_row};
use crate::error::Result;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::models::numerics::memory::{collected, try_collected};
use crate::models::purchases::purchase_log::LogDay;
use crate::models::value::spend::SpendModel;
use crate::models::value::spend_fit;

sql_row!(Read, Write for SpendModel { p: f64, q: f64, gamma: f64 });

/// `__audience_spend_fit(log STRUCT[]) → STRUCT`
pub struct SpendFit;

impl Aggregate for SpendFit {
    const NAME: &'static str = "__audience_spend_fit";
    type Args<'a> = (List<'a, Day>,);
    type State = spend_fit::SpendFit;
    type Out = SpendModel;

    fn update(state: &mut spend_fit::SpendFit, (log,): Self::Args<'_>) -> Result<()> {
        let log: Vec<LogDay> = try_collected(days(&log))?;
        // A day and the rounding error of its sum are two entries.
        let spent = log.chunk_by(|one, other| one.day == other.day);
        let spent = collected(spent.map(|entries| {
            let known = entries.iter().filter_map(|entry| entry.revenue);
            known.sum::<f64>()
        }))?;
        state.add(spent.iter().copied())
    }

    fn combine(into: &mut spend_fit::SpendFit, from: &spend_fit::SpendFit) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut spend_fit::SpendFit) -> Result<Option<SpendModel>> {
        state.finish()
    }
}
