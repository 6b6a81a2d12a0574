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
pub mod shared;
pub mod shop_model;
pub mod shop_scorer;
pub mod value;

/// In the order in which they are created: a macro calls those that stand before it.
pub(crate) const ROOMS: &[Room] = &[
    shared::ROOM,
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

/// `customers`, which is composed from several rooms.
const FRONT_DOOR: Room = Room {
    functions: &[],
    types: &[],
    macros: &[include_str!("../../sql/customers.sql")],
};
