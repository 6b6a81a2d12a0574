//! Trigger rules: which action is due after which silence.

use super::conditions::Conditions;
use super::repeat::Repeat;
use crate::models::numerics::checks::CENTURY_DAYS;
use crate::models::numerics::packed_rows::{PackedRow, missing_last};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A row of a rules table as it came, each value possibly missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RawRule {
    /// The rule's name.
    pub name: Option<String>,
    /// The fewest purchases.
    pub min_purchases: Option<i32>,
    /// The most purchases; missing means no limit.
    pub max_purchases: Option<i32>,
    /// The silence at which the rule fires.
    pub silence_days: Option<i32>,
    /// The days after firing on which there is an action.
    pub action_days: Option<Vec<Option<i32>>>,
    /// How the actions reach the customer; the last one serves for the actions after it.
    pub channels: Option<Vec<Option<String>>>,
    /// What to say.
    pub message: Option<String>,
    /// Whether a discount is advisable: for whoever writes the message, nothing follows from it.
    pub discount_allowed: Option<bool>,
    /// Within how many days of an action a purchase counts as its conversion.
    pub conversion_days: Option<i32>,
    /// How often a customer may get it.
    pub repeat_policy: Option<String>,
    /// Days after firing, without a purchase, after which to unsubscribe the customer.
    pub unsubscribe_after: Option<i32>,
    /// For how many usual gaps the customer is silent. It is a number's text, which has an order
    /// and survives where it is no number.
    pub usual_gaps: Option<String>,
    /// The stage that the customer is in.
    pub lifecycle_stage: Option<String>,
    /// Whether the purchase before the silence has won the customer back.
    pub won_back: Option<bool>,
    /// The audience that the customer belongs to.
    pub audience: Option<String>,
}

impl PackedRow for RawRule {
    const ARGUMENT: &'static str = "rules";
    fn order(&self, other: &Self) -> Ordering {
        missing_last(&self.silence_days, &other.silence_days)
            .then_with(|| missing_last(&self.name, &other.name))
            .then_with(|| self.cmp(other))
    }
}

/// A checked rule.
#[derive(Clone, Debug, PartialEq)]
pub struct TriggerRule {
    /// The rule's name.
    pub name: String,
    /// The fewest purchases.
    pub min_purchases: i32,
    /// The most purchases.
    pub max_purchases: i32,
    /// The silence at which the rule fires, unless a condition holds only later.
    pub silence_days: i32,
    /// The silence of every step, ascending: the rule's days plus the action's.
    pub steps: Vec<i32>,
    /// How the steps reach the customer; not empty.
    pub channels: Vec<String>,
    /// What to say.
    pub message: Option<String>,
    /// Within how many days of an action a purchase counts as its conversion.
    pub conversion_days: i32,
    /// How often a customer may get it.
    pub repeat: Repeat,
    /// The silence at which to unsubscribe the customer, after the last step.
    pub unsubscribe: Option<i32>,
    /// What else it asks: it fires on the first day of a silence on which all of it holds, and the
    /// steps follow as much later.
    pub conditions: Conditions,
}

impl TriggerRule {
    /// Whether the rule is for customers with so many purchases.
    pub fn counts(&self, purchases: usize) -> bool {
        let range = i64::from(self.min_purchases)..=i64::from(self.max_purchases);
        range.contains(&(purchases as i64))
    }

    /// How a step, counted from 0, reaches the customer.
    pub fn channel(&self, step: usize) -> &str {
        let last = self.channels.len().saturating_sub(1);
        self.channels.get(step.min(last)).map_or("", String::as_str)
    }
}

/// The rule of a row, or what is wrong with it.
///
/// # Errors
///
/// The first field that is missing or out of range, in words.
pub fn rule_of(raw: &RawRule) -> Result<TriggerRule, String> {
    let name = raw.name.as_deref().unwrap_or_default();
    if name.trim().is_empty() {
        return Err("the rule has no name".to_owned());
    }
    if name.trim() != name {
        return Err("the name begins or ends with white space".to_owned());
    }
    let within = |field: &str, value: Option<i32>, least: i32| match value {
        Some(value) if (least..=CENTURY_DAYS).contains(&value) => Ok(value),
        value => Err(format!(
            "{field} must be {least} to {CENTURY_DAYS}, got {}",
            value.map_or_else(|| "NULL".to_owned(), |value| value.to_string())
        )),
    };
    let min_purchases = within("min_purchases", raw.min_purchases, 1)?;
    let max_purchases = raw.max_purchases.unwrap_or(i32::MAX);
    if max_purchases < min_purchases {
        return Err(format!(
            "max_purchases must not be less than min_purchases, got {max_purchases} and {min_purchases}"
        ));
    }
    let silence = within("silence_days", raw.silence_days, 0)?;
    let days = raw.action_days.as_deref().unwrap_or_default();
    if days.is_empty() {
        return Err("action_days must have at least one day".to_owned());
    }
    let mut steps = Vec::with_capacity(days.len());
    for &day in days {
        let step = silence + within("action_days", day, 0)?;
        if steps.last().is_some_and(|&last| last >= step) {
            return Err("action_days must be ascending".to_owned());
        }
        steps.push(step);
    }
    let channels: Option<Vec<String>> = raw.channels.iter().flatten().cloned().collect();
    let channels = channels.filter(|channels| {
        !channels.is_empty() && channels.iter().all(|channel| !channel.trim().is_empty())
    });
    let channels = channels.ok_or("channels must name at least one, and none may be empty")?;
    let unsubscribe = match raw.unsubscribe_after {
        None => None,
        Some(days) => {
            let unsubscribe = silence + within("unsubscribe_after", Some(days), 0)?;
            if steps.last().is_some_and(|&last| last >= unsubscribe) {
                return Err(
                    "unsubscribe_after must be later than the last of action_days".to_owned(),
                );
            }
            Some(unsubscribe)
        }
    };
    let conversion_days = within("conversion_days", raw.conversion_days, 1)?;
    let policy = raw.repeat_policy.as_deref().unwrap_or_default();
    let repeat = Repeat::parse(policy).ok_or_else(|| {
        format!(
            "repeat_policy must be 'once', 'every time' or 'at most N per D days', got '{policy}'"
        )
    })?;
    let conditions = Conditions::of(
        raw.usual_gaps.as_deref(),
        raw.lifecycle_stage.as_deref(),
        raw.won_back == Some(true),
        raw.audience.as_deref(),
    )?;
    Ok(TriggerRule {
        name: name.to_owned(),
        min_purchases,
        max_purchases,
        silence_days: silence,
        steps,
        channels,
        message: raw.message.clone(),
        conversion_days,
        repeat,
        unsubscribe,
        conditions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::numerics::packed_rows::tests::comes_back;

    #[test]
    fn a_table_of_rules_comes_back_in_order() {
        let rule = |name: Option<&str>, silence: Option<i32>| RawRule {
            name: name.map(str::to_owned),
            silence_days: silence,
            action_days: Some(vec![Some(0), None]),
            channels: Some(vec![None, Some("e\"mail".to_owned())]),
            discount_allowed: Some(true),
            ..RawRule::default()
        };
        comes_back(&[
            rule(Some("B"), Some(-3)),
            rule(Some("A"), Some(5)),
            rule(Some("B"), Some(5)),
            rule(None, Some(5)),
            rule(Some("A"), None),
        ]);
    }
}
