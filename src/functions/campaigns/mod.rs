//! Campaigns: trigger rules and their replay, holdout groups and uplift.

pub mod campaign_uplift;
pub mod holdout_group;
pub mod newcombe;
pub mod trigger_check;
pub mod trigger_rules;
pub mod trigger_simulation;
