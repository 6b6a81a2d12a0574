//! The checks of a table of trigger rules: what makes it unusable, and what may be a mistake.

use super::conditions::Conditions;
use super::triggers::{RawRule, TriggerRule, rule_of};
use crate::error::{Error, Result};
use crate::models::audiences::definition::Severity;

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
        match rule_of(raw) {
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
    Ok(rules.iter().filter_map(|raw| rule_of(raw).ok()).collect())
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
}
