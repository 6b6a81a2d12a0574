//! Campaigns: trigger rules and their replay, holdout groups and uplift.

use crate::duckdb::{Room, aggregate, scalar};

pub mod campaign_uplift;
pub mod holdout_group;
pub mod newcombe;
pub mod rule_table;
pub mod rules_met;
pub mod trigger_check;
pub mod trigger_rules;
pub mod trigger_simulation;

pub(super) const ROOM: Room = Room {
    functions: &[
        aggregate::<campaign_uplift::CampaignUplift>,
        holdout_group::register,
        scalar::<newcombe::Newcombe>,
        aggregate::<rule_table::RuleTable>,
        scalar::<rules_met::RulesMet>,
        scalar::<trigger_check::TriggerCheck>,
        scalar::<trigger_rules::TriggerRules>,
        aggregate::<trigger_simulation::TriggerSimulation>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/campaigns/triggers.sql"),
        include_str!("../../../sql/campaigns/__cap_options.sql"),
        include_str!("../../../sql/campaigns/__message_groups.sql"),
        include_str!("../../../sql/campaigns/__message_outcomes.sql"),
        include_str!("../../../sql/campaigns/__rule_table.sql"),
        include_str!("../../../sql/campaigns/__rule_members.sql"),
        include_str!("../../../sql/campaigns/__rule_steps.sql"),
        include_str!("../../../sql/campaigns/__rules.sql"),
        include_str!("../../../sql/campaigns/__rules_met.sql"),
        include_str!("../../../sql/campaigns/__steps_reached.sql"),
        include_str!("../../../sql/campaigns/__steps_sent.sql"),
        include_str!("../../../sql/campaigns/__trigger_histories.sql"),
        include_str!("../../../sql/campaigns/__trigger_models.sql"),
        include_str!("../../../sql/campaigns/campaign_uplift.sql"),
        include_str!("../../../sql/campaigns/trigger_check.sql"),
        include_str!("../../../sql/campaigns/trigger_due.sql"),
        include_str!("../../../sql/campaigns/trigger_results.sql"),
        include_str!("../../../sql/campaigns/trigger_simulation.sql"),
    ],
};
