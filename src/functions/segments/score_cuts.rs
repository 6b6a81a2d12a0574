//! The values at which the scores 2 to `bins` begin.

use crate::duckdb::Aggregate;
use crate::error::Result;
use crate::models::numerics::checks::{changed, within};
use crate::models::segments::rfm;

/// The values seen, and how many scores they are cut into.
#[derive(Default)]
pub struct Cuts {
    values: rfm::ScoreCuts,
    bins: Option<i32>,
}

impl Cuts {
    fn ask_for(&mut self, bins: i32) -> Result<()> {
        if *self.bins.get_or_insert(bins) == bins {
            return Ok(());
        }
        Err(changed("bins"))
    }
}

/// `__audience_score_cuts(value DOUBLE, bins INTEGER) → DOUBLE[]`, larger values being
/// better
pub struct ScoreCuts;

impl Aggregate for ScoreCuts {
    const NAME: &'static str = "__audience_score_cuts";
    type Args<'a> = (f64, i32);
    type State = Cuts;
    type Out = Vec<f64>;

    fn update(state: &mut Cuts, (value, bins): Self::Args<'_>) -> Result<()> {
        state.values.add(value)?;
        state.ask_for(within("bins", bins, 2..=10)?)
    }

    fn combine(into: &mut Cuts, from: &Cuts) -> Result<()> {
        into.values.merge(&from.values)?;
        from.bins.map_or(Ok(()), |bins| into.ask_for(bins))
    }

    fn finish(state: &mut Cuts) -> Result<Option<Vec<f64>>> {
        let bins = state.bins.map(i32::unsigned_abs);
        Ok(bins.map(|bins| state.values.finish(bins)))
    }
}
