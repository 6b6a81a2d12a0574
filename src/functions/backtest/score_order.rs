//! How well scores of any scale rank buyers before the others.

use crate::duckdb::{Aggregate, sql_row};
use crate::error::Result;
use crate::models::backtest::ranking::{Order, Ranking};

sql_row!(Write for Order { auc: f64, average_precision: f64, lift_top5: f64, lift_top10: f64 });

/// `__audience_score_order(score DOUBLE, outcome BOOLEAN) → STRUCT`, NULL with fewer than two
/// classes.
///
/// Holds up to a million distinct scores; beyond, those count as equal that agree in their leading bits.
pub struct ScoreOrder;

impl Aggregate for ScoreOrder {
    const NAME: &'static str = "__audience_score_order";
    type Args<'a> = (f64, bool);
    type State = Ranking;
    type Out = Order;

    fn update(state: &mut Ranking, (score, outcome): Self::Args<'_>) -> Result<()> {
        state.add_score(score, outcome)
    }

    fn combine(into: &mut Ranking, from: &Ranking) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Ranking) -> Result<Option<Order>> {
        state.order()
    }
}
