//! What a shop looks like on one page: figures over all customers.

use crate::duckdb::Room;

pub(super) const ROOM: Room = Room {
    functions: &[],
    types: &[],
    macros: &[
        include_str!("../../../sql/overview/__window_revenue.sql"),
        include_str!("../../../sql/overview/__overview_days.sql"),
        include_str!("../../../sql/overview/__overview_states.sql"),
        include_str!("../../../sql/overview/__overview_cells.sql"),
        include_str!("../../../sql/overview/overview.sql"),
        include_str!("../../../sql/overview/__customers_at_risk.sql"),
        include_str!("../../../sql/overview/value_risk.sql"),
    ],
};
