//! Which values decide where the scores 2 to `bins` begin.

use super::arguments::Bins;
use crate::duckdb::{Aggregate, Blob};
use crate::error::Result;
use crate::models::segments::score_cuts;

/// The values seen, and how many scores they are cut into.
#[derive(Default)]
pub struct Outline {
    values: score_cuts::ScoreOutline,
    bins: Bins,
}

/// `__audience_score_outline(value DOUBLE, bins INTEGER) → BLOB`, for `__audience_score_cuts` over the
/// same rows
pub struct ScoreOutline;

impl Aggregate for ScoreOutline {
    const NAME: &'static str = "__audience_score_outline";
    type Args<'a> = (f64, i32);
    type State = Outline;
    type Out = Blob;

    #[inline]
    fn update(state: &mut Outline, (value, bins): Self::Args<'_>) -> Result<()> {
        state.bins.ask_for(bins)?;
        state.values.add(value)
    }

    fn combine(into: &mut Outline, from: &Outline) -> Result<()> {
        into.bins.merge(from.bins)?;
        into.values.merge(&from.values)
    }

    fn finish(state: &mut Outline) -> Result<Option<Blob>> {
        let Some(bins) = state.bins.asked() else {
            return Ok(None);
        };
        Ok(state.values.finish(bins)?.map(Blob))
    }
}
