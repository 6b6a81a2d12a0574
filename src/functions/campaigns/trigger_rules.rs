//! Checked trigger rules, step by step.

use crate::duckdb::{Scalar, Unchecked, sql_row, sql_struct};
use crate::error::Result;
use crate::models::campaigns::triggers::{RawRule, checked};

sql_row!(Read for RawRule {
    name: Option<String>,
    min_purchases: Option<i32>,
    max_purchases: Option<i32>,
    silence_days: Option<i32>,
    action_days: Option<Vec<Option<i32>>>,
    channels: Option<Vec<Option<String>>>,
    message: Option<String>,
    discount_allowed: Option<bool>,
    conversion_days: Option<i32>,
    repeat_policy: Option<String>,
    unsubscribe_after: Option<i32>,
});

/// A row of a rules table as an argument.
pub type RuleRow = Unchecked<RawRule>;

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
        let rules: Vec<_> = rules.into_iter().map(|given| given.0).collect();
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
