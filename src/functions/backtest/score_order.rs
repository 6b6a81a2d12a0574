//! How well scores of any scale rank buyers before the others.

use crate::duckdb::{Aggregate, sql_struct};
use crate::error::Result;
use crate::models::backtest::ranking::Ranking;

sql_struct! {
    /// The measures of `audience.intent_backtest` that look at the order only.
    pub struct OrderRow {
        /// Area under the ROC curve.
        pub auc: f64,
        /// Mean precision over the positives.
        pub average_precision: f64,
        /// Rate in the highest 5 % over the rate of all.
        pub lift_top5: f64,
        /// Rate in the highest 10 % over the rate of all.
        pub lift_top10: f64,
    }
}

/// `__audience_score_order(score DOUBLE, outcome BOOLEAN) → STRUCT`, NULL with fewer than two
/// classes.
///
/// Holds 8 bytes per row. The result sorts all scores on one thread: 0.1 s for a million.
pub struct ScoreOrder;

impl Aggregate for ScoreOrder {
    const NAME: &'static str = "__audience_score_order";
    type Args<'a> = (f64, bool);
    type State = Ranking;
    type Out = OrderRow;

    fn update(state: &mut Ranking, (score, outcome): Self::Args<'_>) -> Result<()> {
        state.add_score(score, outcome)
    }

    fn combine(into: &mut Ranking, from: &Ranking) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Ranking) -> Result<Option<OrderRow>> {
        Ok(state.order()?.map(|found| OrderRow {
            auc: found.auc,
            average_precision: found.average_precision,
            lift_top5: found.lift_top5,
            lift_top10: found.lift_top10,
        }))
    }
}
