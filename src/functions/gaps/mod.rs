//! The time between purchases: gaps, the lapse threshold and cohorts.

use crate::duckdb::{Room, aggregate, scalar};
use crate::functions::mergeable;

pub mod cohort_forecast;
pub mod cohorts;
pub mod lapse_days;
pub mod lapse_outline;
pub mod lapse_square;
pub mod lapse_threshold;
pub mod order_gaps;

pub(super) const ROOM: Room = Room {
    functions: &[
        aggregate::<cohort_forecast::CohortForecast>,
        aggregate::<cohorts::Cohorts>,
        aggregate::<lapse_days::LapseDays>,
        aggregate::<lapse_outline::LapseOutline>,
        mergeable::register::<order_gaps::OrderGaps>,
        scalar::<lapse_square::LapseSquare>,
        scalar::<lapse_threshold::LapseThreshold>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/gaps/__cohort_cells.sql"),
        include_str!("../../../sql/gaps/__periods_ahead.sql"),
        include_str!("../../../sql/gaps/__cohort_expected.sql"),
        include_str!("../../../sql/gaps/__cohort_forecast.sql"),
        include_str!("../../../sql/gaps/cohort_forecast.sql"),
        include_str!("../../../sql/gaps/cohort_payback.sql"),
        include_str!("../../../sql/gaps/cohorts.sql"),
        include_str!("../../../sql/gaps/lapse_threshold.sql"),
        include_str!("../../../sql/gaps/__order_gap_rows.sql"),
        include_str!("../../../sql/gaps/order_gaps.sql"),
    ],
};
