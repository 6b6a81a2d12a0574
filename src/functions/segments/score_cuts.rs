//! The values at which the scores 2 to `bins` begin.

use super::arguments::Bins;
use crate::duckdb::Aggregate;
use crate::error::Result;
use crate::models::segments::score_cuts;

/// The values seen, and how many scores they are cut into.
#[derive(Default)]
pub struct Cuts {
    values: score_cuts::ScoreCuts,
    bins: Bins,
}

/// `__audience_score_cuts(value DOUBLE, bins INTEGER, outline BLOB) → DOUBLE[]`, larger values being
/// better, the outline from `__audience_score_outline` over the same rows
pub struct ScoreCuts;

impl Aggregate for ScoreCuts {
    const NAME: &'static str = "__audience_score_cuts";
    type Args<'a> = (f64, i32, &'a [u8]);
    type State = Cuts;
    type Out = Vec<f64>;

    #[inline]
    fn update(state: &mut Cuts, (value, bins, outline): Self::Args<'_>) -> Result<()> {
        state.bins.ask_for(bins)?;
        state.values.add(value, outline)
    }

    fn combine(into: &mut Cuts, from: &Cuts) -> Result<()> {
        into.bins.merge(from.bins)?;
        into.values.merge(&from.values)
    }

    fn finish(state: &mut Cuts) -> Result<Option<Vec<f64>>> {
        let bins = state.bins.asked();
        bins.map(|bins| state.values.finish(bins)).transpose()
    }
}
