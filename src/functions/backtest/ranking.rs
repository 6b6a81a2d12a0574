//! The ranking and the calibration of predicted probabilities, compared with what happened.

use crate::duckdb::{Aggregate, sql_row};
use crate::error::Result;
use crate::models::backtest::ranking::{self, Quality};

sql_row!(Write for Quality { auc: f64, average_precision: f64, brier: f64, calibration_error: f64 });

/// `__audience_ranking(score DOUBLE, outcome BOOLEAN) → STRUCT`, NULL with fewer than two
/// classes.
///
/// Holds up to a million distinct scores; beyond, those count as equal that agree in their leading bits.
pub struct Ranking;

impl Aggregate for Ranking {
    const NAME: &'static str = "__audience_ranking";
    type Args<'a> = (f64, bool);
    type State = ranking::Ranking;
    type Out = Quality;

    fn update(state: &mut ranking::Ranking, (score, outcome): Self::Args<'_>) -> Result<()> {
        state.add(score, outcome)
    }

    fn combine(into: &mut ranking::Ranking, from: &ranking::Ranking) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut ranking::Ranking) -> Result<Option<Quality>> {
        state.finish()
    }
}
