//! Trigger rules: which action is due after which silence, and the checks of a table of rules.

use super::conditions::Conditions;
use crate::error::{Error, Result};
use crate::models::audiences::definition::Severity;
use crate::models::numerics::checks::CENTURY_DAYS;
use crate::models::numerics::packed_rows::{PackedRow, missing_last};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// How often a customer may get a rule's actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Once ever.
    Once,
    /// In every silence.
    EveryTime,
    /// In at most so many silences that begin within so many days.
    AtMost {
        /// How many.
        times: u32,
        /// Within how many days.
        days: i32,
    },
}

impl Repeat {
    /// `once`, `every time` or `at most N per D days`.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["once"] => Some(Self::Once),
            ["every", "time"] => Some(Self::EveryTime),
            ["at", "most", times, "per", days, "day" | "days"] => {
                let times = times.parse().ok().filter(|&times| times > 0)?;
                let days = days.parse().ok().filter(|&days| days > 0)?;
                Some(Self::AtMost { times, days })
            }
            _ => None,
        }
    }
}

impl Repeat {
    /// The most silences in which a customer gets the rule, and within how many days they
    /// are counted; no days means ever.
    pub fn limit(self) -> (i64, Option<i32>) {
        match self {
            Self::Once => (1, None),
            Self::EveryTime => (i64::MAX, None),
            Self::AtMost { times, days } => (i64::from(times), Some(days)),
        }
    }
}

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

/// Something wrong with a table of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// The rule; missing where the rule has no name or it is about the table.
    pub name: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub problem: String,
}

/// The most actions of all rules together: every two rules are compared, and a replay counts the
/// messages of each action by day.
const MOST_ACTIONS: usize = 1_000;

/// All problems of a table of rules, errors first.
pub fn problems(rules: &[RawRule]) -> Vec<RuleProblem> {
    if let Some(problem) = too_many(rules) {
        return vec![error(None, format!("the rules {problem}"))];
    }
    let mut found = Vec::new();
    let mut valid = Vec::new();
    for (index, raw) in rules.iter().enumerate() {
        match check(raw) {
            Ok(rule) if rules[..index].iter().any(|other| other.name == raw.name) => {
                found.push(error(
                    Some(rule.name),
                    "the name is used by another rule too",
                ));
            }
            Ok(rule) => valid.push(rule),
            Err(problem) => found.push(error(raw.name.clone(), problem)),
        }
    }
    let warnings = overlaps(&valid).chain(gaps(&valid)).collect::<Vec<_>>();
    found.extend(warnings);
    found
}

/// The rules, if none of them is an error.
///
/// # Errors
///
/// The first error; the message names the rule.
pub fn checked(rules: &[RawRule]) -> Result<Vec<TriggerRule>> {
    if let Some(problem) = too_many(rules) {
        return Err(Error::argument("rules", problem));
    }
    let first = problems(rules)
        .into_iter()
        .find(|problem| problem.severity == Severity::Error);
    if let Some(RuleProblem { name, problem, .. }) = first {
        let name = name.unwrap_or_else(|| "without a name".to_owned());
        return Err(Error::argument("rule", format!("{name}: {problem}")));
    }
    Ok(rules.iter().filter_map(|raw| check(raw).ok()).collect())
}

fn too_many(rules: &[RawRule]) -> Option<String> {
    let actions = |rule: &RawRule| {
        rule.action_days
            .as_ref()
            .map_or(1, |days| days.len().max(1))
    };
    let count: usize = rules.iter().map(actions).sum();
    (count > MOST_ACTIONS)
        .then(|| format!("have {count} actions, at most {MOST_ACTIONS} are allowed"))
}

fn error(name: Option<String>, problem: impl Into<String>) -> RuleProblem {
    RuleProblem {
        name,
        severity: Severity::Error,
        problem: problem.into(),
    }
}

fn check(raw: &RawRule) -> std::result::Result<TriggerRule, String> {
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

/// Two rules overlap where a customer can get both in one silence.
fn overlaps(rules: &[TriggerRule]) -> impl Iterator<Item = RuleProblem> {
    rules.iter().enumerate().flat_map(|(index, rule)| {
        rules[..index].iter().filter_map(move |other| {
            let low = rule.min_purchases.max(other.min_purchases);
            let high = rule.max_purchases.min(other.max_purchases);
            (low <= high).then(|| RuleProblem {
                name: Some(rule.name.clone()),
                severity: Severity::Warning,
                problem: format!(
                    "overlaps with {}: a customer with {} {} both in one silence",
                    other.name,
                    range(low, high),
                    if [rule, other].map(|rule| &rule.conditions) == [&Conditions::default(); 2] {
                        "gets"
                    } else {
                        "may get"
                    }
                ),
            })
        })
    })
}

/// Numbers of purchases that no rule covers, unless it selects among the customers.
fn gaps(rules: &[TriggerRule]) -> impl Iterator<Item = RuleProblem> {
    let mut ranges: Vec<(i32, i32)> = rules
        .iter()
        .filter(|rule| !rule.conditions.select())
        .map(|rule| (rule.min_purchases, rule.max_purchases))
        .collect();
    ranges.sort_unstable();
    let mut uncovered = Vec::new();
    let mut next = Some(1);
    for (low, high) in ranges {
        if let Some(start) = next.filter(|&start| start < low) {
            uncovered.push((start, low - 1));
        }
        next = next.and_then(|start| high.max(start - 1).checked_add(1));
    }
    uncovered.extend(next.map(|start| (start, i32::MAX)));
    uncovered.into_iter().map(|(low, high)| RuleProblem {
        name: None,
        severity: Severity::Warning,
        problem: format!("no rule covers customers with {}", range(low, high)),
    })
}

/// `1 purchase`, `1 to 2 purchases`, `3 or more purchases`.
fn range(low: i32, high: i32) -> String {
    match (low, high) {
        (1, 1) => "1 purchase".to_owned(),
        (low, i32::MAX) => format!("{low} or more purchases"),
        (low, high) if low == high => format!("{low} purchases"),
        (low, high) => format!("{low} to {high} purchases"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::numerics::packed_rows::tests::comes_back;

    fn raw(name: &str, purchases: (i32, Option<i32>), silence: i32, days: &[i32]) -> RawRule {
        RawRule {
            name: Some(name.to_owned()),
            min_purchases: Some(purchases.0),
            max_purchases: purchases.1,
            silence_days: Some(silence),
            action_days: Some(days.iter().copied().map(Some).collect()),
            channels: Some(vec![Some("email".to_owned())]),
            message: None,
            discount_allowed: None,
            conversion_days: Some(7),
            repeat_policy: Some("once".to_owned()),
            unsubscribe_after: None,
            ..RawRule::default()
        }
    }

    fn texts(rules: &[RawRule]) -> Vec<String> {
        let text = |problem: RuleProblem| {
            format!(
                "{:?} {:?}: {}",
                problem.severity, problem.name, problem.problem
            )
        };
        problems(rules).into_iter().map(text).collect()
    }

    #[test]
    fn policies_are_read() {
        assert_eq!(Repeat::parse("once"), Some(Repeat::Once));
        assert_eq!(Repeat::parse(" every  time "), Some(Repeat::EveryTime));
        let twice = Repeat::AtMost {
            times: 2,
            days: 365,
        };
        assert_eq!(Repeat::parse("at most 2 per 365 days"), Some(twice));
        for bad in [
            "",
            "at most 0 per 3 days",
            "at most 2 per -1 days",
            "sometimes",
        ] {
            assert_eq!(Repeat::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn errors_name_what_is_wrong() {
        let no_days = RawRule {
            action_days: None,
            ..raw("A", (1, None), 5, &[])
        };
        for (rule, part) in [
            (raw(" ", (1, None), 5, &[0]), "no name"),
            (raw("A", (0, None), 5, &[0]), "min_purchases must be 1"),
            (
                raw("A", (3, Some(2)), 5, &[0]),
                "max_purchases must not be less",
            ),
            (
                raw("A", (1, None), -5, &[0]),
                "silence_days must be 0 to 36525, got -5",
            ),
            (raw("A", (1, None), 5, &[3, 3]), "ascending"),
            (raw("A", (1, None), 5, &[-1]), "action_days must be 0"),
            (no_days, "at least one day"),
            (
                RawRule {
                    conversion_days: None,
                    ..raw("A", (1, None), 5, &[0])
                },
                "got NULL",
            ),
            (
                RawRule {
                    channels: Some(vec![None]),
                    ..raw("A", (1, None), 5, &[0])
                },
                "channels must name",
            ),
            (
                RawRule {
                    unsubscribe_after: Some(6),
                    ..raw("A", (1, None), 5, &[0, 6])
                },
                "later than the last",
            ),
            (raw("A ", (1, None), 5, &[0]), "white space"),
            (
                RawRule {
                    repeat_policy: None,
                    ..raw("A", (1, None), 5, &[0])
                },
                "repeat_policy",
            ),
        ] {
            let message = checked(&[rule]).expect_err(part).to_string();
            assert!(message.starts_with("rule "), "{message}");
            assert!(message.contains(part), "{message}");
        }
        let twice = [
            raw("A", (1, Some(1)), 5, &[0]),
            raw("A", (2, None), 5, &[0]),
        ];
        assert!(texts(&twice)[0].contains("used by another rule"));
    }

    #[test]
    fn too_many_actions_are_one_problem() {
        let days: Vec<i32> = (0..600).collect();
        let rules = [
            raw("A", (1, Some(1)), 5, &days),
            raw("B", (2, None), 5, &days),
        ];
        let problem = "have 1200 actions, at most 1000 are allowed";
        assert_eq!(texts(&rules), [format!("Error None: the rules {problem}")]);
        let error = checked(&rules).expect_err("too many").to_string();
        assert_eq!(error, format!("rules {problem}"));
        assert!(checked(&rules[..1]).is_ok());
    }

    #[test]
    fn overlaps_and_gaps_are_warnings() {
        let rules = [
            raw("A", (1, Some(2)), 5, &[0]),
            raw("B", (2, Some(2)), 9, &[0]),
            raw("C", (5, Some(6)), 9, &[0]),
        ];
        assert_eq!(
            texts(&rules),
            [
                "Warning Some(\"B\"): overlaps with A: a customer with 2 purchases gets both in one silence",
                "Warning None: no rule covers customers with 3 to 4 purchases",
                "Warning None: no rule covers customers with 7 or more purchases",
            ]
        );
        assert_eq!(checked(&rules).map(|rules| rules.len()), Ok(3));
        assert_eq!(texts(&[raw("A", (1, None), 5, &[0])]), Vec::<String>::new());
    }

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
