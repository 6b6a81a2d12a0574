//! Checked trigger rules, step by step.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::campaigns::triggers::{self, checked};

sql_struct! {
    /// The columns of a rules table that decide when a rule fires.
    pub struct RuleRow {
        /// The rule's name.
        pub name: Option<String>,
        /// The fewest purchases.
        pub min_purchases: Option<i32>,
        /// The most purchases.
        pub max_purchases: Option<i32>,
        /// The silence at which it fires.
        pub silence_days: Option<i32>,
        /// Days after firing on which there is an action.
        pub action_days: Option<Vec<Option<i32>>>,
        /// How the steps reach the customer.
        pub channels: Option<Vec<Option<String>>>,
        /// What to say.
        pub message: Option<String>,
        /// Whether a discount is advisable.
        pub discount_allowed: Option<bool>,
        /// Within how many days a purchase counts as a conversion.
        pub conversion_days: Option<i32>,
        /// How often a customer may get it.
        pub repeat_policy: Option<String>,
        /// Days after firing after which to unsubscribe.
        pub unsubscribe_after: Option<i32>,
    }
}

impl From<RuleRow> for triggers::RawRule {
    fn from(rule: RuleRow) -> Self {
        Self {
            name: rule.name,
            min_purchases: rule.min_purchases,
            max_purchases: rule.max_purchases,
            silence_days: rule.silence_days,
            action_days: rule.action_days,
            channels: rule.channels,
            message: rule.message,
            conversion_days: rule.conversion_days,
            repeat_policy: rule.repeat_policy,
            unsubscribe_after: rule.unsubscribe_after,
        }
    }
}

sql_struct! {
    /// One action of a rule.
    pub struct ActionRow {
        /// The rule's name.
        pub rule: String,
        /// The action's number, from 1.
        pub step: i32,
        /// The fewest purchases.
        pub min_purchases: i32,
        /// The most purchases.
        pub max_purchases: i32,
        /// The silence at which the rule fires.
        pub silence_days: i32,
        /// The silence at which the action is due.
        pub due_after_days: i32,
        /// Within how many days a purchase counts as its conversion.
        pub conversion_days: i32,
        /// The most silences in which a customer gets the rule, within `repeat_days`.
        pub repeat_times: i64,
        /// The days that `repeat_times` counts; NULL means ever.
        pub repeat_days: Option<i32>,
        /// How it reaches the customer.
        pub channel: String,
        /// What to say.
        pub message: Option<String>,
        /// Whether it is a message; unsubscribing is none.
        pub is_message: bool,
    }
}

/// `__audience_trigger_rules(rules STRUCT[]) → STRUCT[]`, every action of every rule; an
/// error names the first rule that makes no sense
pub struct TriggerRules;

impl Scalar for TriggerRules {
    const NAME: &'static str = "__audience_trigger_rules";
    type Args<'a> = (Vec<RuleRow>,);
    type Out = Vec<ActionRow>;

    fn call((rules,): Self::Args<'_>) -> Result<Option<Vec<ActionRow>>> {
        let rules: Vec<_> = rules.into_iter().map(Into::into).collect();
        let mut steps = Vec::new();
        for rule in checked(&rules)? {
            let (repeat_times, repeat_days) = rule.repeat.limit();
            let step =
                |index: usize, due_after_days, channel: &str, message, is_message| ActionRow {
                    rule: rule.name.clone(),
                    step: index as i32 + 1,
                    min_purchases: rule.min_purchases,
                    max_purchases: rule.max_purchases,
                    silence_days: rule.silence_days,
                    due_after_days,
                    conversion_days: rule.conversion_days,
                    repeat_times,
                    repeat_days,
                    channel: channel.to_owned(),
                    message,
                    is_message,
                };
            for (index, &due) in rule.steps.iter().enumerate() {
                steps.push(step(
                    index,
                    due,
                    rule.channel(index),
                    rule.message.clone(),
                    true,
                ));
            }
            if let Some(due) = rule.unsubscribe {
                let message = Some(format!("No reaction to {}", rule.name));
                steps.push(step(rule.steps.len(), due, "unsubscribe", message, false));
            }
        }
        Ok(Some(steps))
    }
}
