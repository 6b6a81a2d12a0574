//! The registry: what LOAD adds to DuckDB, room by room.
//!
//! A function's file has the function's SQL name; internal functions are registered
//! with the prefix `__audience_`. A macro's file in sql/ has the macro's name.

use crate::duckdb::Room;

pub mod audiences;
pub mod backtest;
pub mod campaigns;
pub mod demo;
pub mod exports;
pub mod gaps;
pub mod history;
pub mod intent;
pub mod lifecycle;
pub mod lookalikes;
pub mod mergeable;
pub mod opened;
pub mod overview;
pub mod prediction;
pub mod purchases;
pub mod recommend;
pub mod replenishment;
pub mod report;
pub mod scale;
pub mod segments;
pub mod shop_model;
pub mod shop_scorer;
pub mod value;

/// In the order in which they are created: a macro calls those that stand before it.
pub(crate) const ROOMS: &[Room] = &[
    SHARED,
    purchases::ROOM,
    prediction::ROOM,
    value::ROOM,
    lifecycle::ROOM,
    segments::ROOM,
    gaps::ROOM,
    campaigns::ROOM,
    intent::ROOM,
    recommend::ROOM,
    replenishment::ROOM,
    lookalikes::ROOM,
    audiences::ROOM,
    overview::ROOM,
    scale::ROOM,
    exports::ROOM,
    backtest::ROOM,
    demo::ROOM,
    FRONT_DOOR,
    report::ROOM,
];

/// Macros that several rooms call.
const SHARED: Room = Room {
    functions: &[],
    types: &[],
    macros: &[
        include_str!("../../sql/shared/__day.sql"),
        include_str!("../../sql/shared/__given_day.sql"),
        include_str!("../../sql/shared/__refused.sql"),
        include_str!("../../sql/shared/__quoted.sql"),
        include_str!("../../sql/shared/__column.sql"),
        include_str!("../../sql/shared/__date_column.sql"),
        include_str!("../../sql/shared/__number_column.sql"),
        include_str!("../../sql/shared/__condition.sql"),
        include_str!("../../sql/shared/__has_group.sql"),
        include_str!("../../sql/shared/__latest_group.sql"),
        include_str!("../../sql/shared/__first_group.sql"),
        include_str!("../../sql/shared/__order_rows.sql"),
        include_str!("../../sql/shared/__met.sql"),
        include_str!("../../sql/shared/__memory_limit.sql"),
        include_str!("../../sql/shared/__fits.sql"),
        include_str!("../../sql/shared/__days_fit.sql"),
        include_str!("../../sql/shared/__lines_fit.sql"),
        include_str!("../../sql/shared/__checked.sql"),
        include_str!("../../sql/shared/__checked_whole.sql"),
        include_str!("../../sql/shared/__checked_date.sql"),
        include_str!("../../sql/shared/__checked_days.sql"),
        include_str!("../../sql/shared/__checked_number.sql"),
        include_str!("../../sql/shared/__checked_switch.sql"),
        include_str!("../../sql/shared/__checked_top.sql"),
        include_str!("../../sql/shared/__clock.sql"),
        include_str!("../../sql/shared/__comparable_keys.sql"),
        include_str!("../../sql/shared/__counted.sql"),
        include_str!("../../sql/shared/__dated_histories.sql"),
        include_str!("../../sql/shared/__days_since.sql"),
        include_str!("../../sql/shared/__filled.sql"),
        include_str!("../../sql/shared/__labels.sql"),
        include_str!("../../sql/shared/__histories.sql"),
        include_str!("../../sql/shared/__logs.sql"),
        include_str!("../../sql/shared/__one.sql"),
        include_str!("../../sql/shared/__order_lines.sql"),
        include_str!("../../sql/shared/__periods.sql"),
        include_str!("../../sql/shared/__history_periods.sql"),
        include_str!("../../sql/shared/__products.sql"),
        include_str!("../../sql/shared/__purchase_days.sql"),
    ],
};

/// `customers`, which is composed from several rooms.
const FRONT_DOOR: Room = Room {
    functions: &[],
    types: &[],
    macros: &[include_str!("../../sql/customers.sql")],
};
