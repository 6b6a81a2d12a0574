//! How well a score ranked what came afterwards.

use crate::duckdb::{Room, aggregate};

pub mod ranking;
pub mod score_order;

pub(super) const ROOM: Room = Room {
    functions: &[
        aggregate::<ranking::Ranking>,
        aggregate::<score_order::ScoreOrder>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/backtest/__against.sql"),
        include_str!("../../../sql/backtest/__backtest_histories.sql"),
        include_str!("../../../sql/backtest/__backtest_options.sql"),
        include_str!("../../../sql/backtest/__backtest_model.sql"),
        include_str!("../../../sql/backtest/__backtest_placed.sql"),
        include_str!("../../../sql/backtest/__cutoff_reached.sql"),
        include_str!("../../../sql/backtest/__backtest_problem.sql"),
        include_str!("../../../sql/backtest/__backtest_rules.sql"),
        include_str!("../../../sql/backtest/__backtest_methods.sql"),
        include_str!("../../../sql/backtest/__intent_quality.sql"),
        include_str!("../../../sql/backtest/__intent_reached.sql"),
        include_str!("../../../sql/backtest/backtest.sql"),
        include_str!("../../../sql/backtest/backtest_summary.sql"),
        include_str!("../../../sql/backtest/intent_backtest.sql"),
    ],
};
