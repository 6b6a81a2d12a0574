//! Campaigns: trigger rules and their replay, holdout groups and uplift.

pub mod conditions;
pub mod holdout;
pub mod messages;
pub mod repeat;
pub mod rule_problems;
pub mod trigger_replay;
pub mod triggers;
pub mod uplift;
