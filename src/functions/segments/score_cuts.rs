//! The values at which the scores 2 to `bins` begin.

use crate::duckdb::Aggregate;
use crate::error::{Error, Result};
use crate::models::segments::rfm;

/// The values seen, and how many scores they are cut into.
#[derive(Default)]
pub struct Cuts {
    values: rfm::ScoreCuts,
    bins: i32,
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
        state.bins = state.bins.max(bins);
        Ok(())
    }

    fn combine(into: &mut Cuts, from: &Cuts) -> Result<()> {
        into.values.merge(&from.values)?;
        into.bins = into.bins.max(from.bins);
        Ok(())
    }

    fn finish(state: &mut Cuts) -> Result<Option<Vec<f64>>> {
        match u32::try_from(state.bins) {
            Ok(0) => Ok(None),
            Ok(bins) => Ok(Some(state.values.finish(bins))),
            Err(_) => Err(Error::argument("bins", "must be positive")),
        }
    }
}
