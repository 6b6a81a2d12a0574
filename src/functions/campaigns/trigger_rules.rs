//! Checked trigger rules, step by step.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::campaigns::rule_problems::checked;
use crate::models::lifecycle::rules::LifecycleStage;
use crate::models::numerics::packed_rows::unpack_rows;
use std::borrow::Cow;

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
        /// Whether a model judges when the rule fires.
        pub is_judged: bool,
        /// For how many usual gaps the customer is silent.
        pub usual_gaps: Option<f64>,
        /// The stage that the customer is in.
        pub lifecycle_stage: Option<LifecycleStage>,
        /// Whether the purchase before the silence has won the customer back.
        pub won_back: bool,
        /// The audience that the customer belongs to.
        pub audience: Option<String>,
    }
}

/// `__audience_trigger_rules(rules VARCHAR) → STRUCT[]`, every action of every rule; an error names
/// the first rule that makes no sense
pub struct TriggerRules;

impl Scalar for TriggerRules {
    const NAME: &'static str = "__audience_trigger_rules";
    type Args<'a> = (Cow<'a, str>,);
    type Out = Vec<ActionRow>;

    fn call((rules,): Self::Args<'_>) -> Result<Option<Vec<ActionRow>>> {
        let mut steps = Vec::new();
        for rule in checked(&unpack_rows(&rules)?)? {
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
                    is_judged: rule.conditions.are_judged(),
                    usual_gaps: rule.conditions.usual_gaps,
                    lifecycle_stage: rule.conditions.stage,
                    won_back: rule.conditions.won_back,
                    audience: rule.conditions.audience.clone(),
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
