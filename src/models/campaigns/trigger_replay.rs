//! Trigger rules replayed over a customer's past: what would have been sent, and what the
//! customer bought after it without any message.
//!
//! A rule fires once per silence and step, so the work grows with the purchases, not with the days.

use super::triggers::TriggerRule;
use crate::error::{Error, Result};
use crate::models::numerics::checks::{changed, finite_day, within};
use crate::models::numerics::memory::{collected, grow_map, lengthen, push, try_collected};
use crate::models::numerics::sum::Sum;
use crate::models::purchases::purchase_log::LogDay;
use std::collections::{HashMap, HashSet};

/// The period that is replayed, and the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day of messages.
    pub since: i32,
    /// The last day of messages.
    pub until: i32,
    /// The day up to which purchases are known.
    pub known_until: i32,
    /// The most messages of a customer …
    pub cap: i32,
    /// … within so many days.
    pub cap_days: i32,
}

/// The longest period, in days.
const LONGEST: i64 = 3_650;

impl Period {
    /// Checks a period that may have been put together by hand.
    fn validate(&self) -> Result<()> {
        let since = finite_day("since", self.since)?;
        let until = finite_day("until", self.until)?;
        finite_day("known_until", self.known_until)?;
        within("cap", self.cap, 1..=1_000_000)?;
        within("cap_days", self.cap_days, 1..=3_650)?;
        if i64::from(until) - i64::from(since) > LONGEST {
            let problem = format!("must be at most {LONGEST} days after since");
            return Err(Error::argument("until", problem));
        }
        Ok(())
    }
}

/// What one step of one rule did.
#[derive(Debug, Default)]
pub struct StepResult {
    /// Messages.
    pub firings: i64,
    /// Customers with at least one.
    pub customers: i64,
    /// Messages whose conversion window has ended.
    pub observed: i64,
    /// Those of them that a purchase followed within the window.
    pub conversions: i64,
    /// Revenue within the windows of all messages.
    pub revenue: Sum,
    /// Messages within whose window another rule's message went to the same customer.
    pub overlapping: i64,
    /// Messages that the cap held back.
    pub capped: i64,
    /// Days on which a customer with the rule's number of purchases could be observed for
    /// a whole conversion window: the comparison.
    pub base_days: i64,
    /// Those of them that a purchase followed within the window.
    pub base_conversions: i64,
    /// Messages by day from `since` to that of the last message.
    pub per_day: Vec<u32>,
}

/// A message to a customer.
#[derive(Clone, Copy, Debug)]
struct Firing {
    day: i32,
    /// Index into the rules.
    rule: usize,
    /// Index into the rule's steps.
    step: usize,
    /// The purchase after which the customer fell silent.
    silence: usize,
}

/// Replays rules over customers in any order and any number of parts.
#[derive(Debug, Default)]
pub struct Replay {
    rules: Vec<TriggerRule>,
    period: Option<Period>,
    /// By rule, then by step.
    results: Vec<Vec<StepResult>>,
}

impl Replay {
    /// Sets the period and the rules, which are the same in every call; only the first asks for
    /// the rules.
    ///
    /// # Errors
    ///
    /// When the period makes no sense or is another one than before, `rules` fails, or there is no
    /// memory for the results.
    pub fn set_up(
        &mut self,
        period: Period,
        rules: impl FnOnce() -> Result<Vec<TriggerRule>>,
    ) -> Result<()> {
        match self.period {
            Some(known) if known == period => Ok(()),
            Some(_) => Err(changed("limits")),
            None => {
                period.validate()?;
                let rules = rules()?;
                let blank = |rule: &TriggerRule| {
                    collected(rule.steps.iter().map(|_| StepResult::default()))
                };
                self.results = try_collected(rules.iter().map(blank))?;
                self.rules = rules;
                self.period = Some(period);
                Ok(())
            }
        }
    }

    /// Replays one customer's log, which is in order.
    ///
    /// # Errors
    ///
    /// When there is no memory for what the customer would get.
    pub fn add(&mut self, log: &[LogDay]) -> Result<()> {
        let Some(period) = self.period else {
            return Ok(());
        };
        let purchases = log.iter().filter(|day| day.is_purchase);
        let purchases = collected(purchases.map(|day| day.day))?;
        self.add_base(&purchases, &period);
        let mut sent: Vec<Firing> = Vec::new();
        let mut days_of: HashMap<(usize, usize), Vec<i32>> = HashMap::new();
        for firing in self.firings(&purchases, &period)? {
            grow_map(&mut days_of)?;
            let days = days_of.entry((firing.rule, firing.step)).or_default();
            if !self.may_repeat(&firing, days, &purchases) {
                continue;
            }
            let cap_begins = firing.day.saturating_sub(period.cap_days);
            let recent = sent.len() - sent.partition_point(|other| other.day <= cap_begins);
            if recent >= period.cap as usize {
                self.results[firing.rule][firing.step].capped += 1;
            } else {
                push(days, firing.day)?;
                push(&mut sent, firing)?;
            }
        }
        self.count(&sent, log, &purchases, &period)
    }

    /// All actions that the silences reach within the period, by day, then in the order of
    /// the rules.
    fn firings(&self, purchases: &[i32], period: &Period) -> Result<Vec<Firing>> {
        let mut firings = Vec::new();
        for (silence, &last) in purchases.iter().enumerate() {
            let next = purchases.get(silence + 1).copied().unwrap_or(i32::MAX);
            let count = silence as i64 + 1;
            for (rule, definition) in self.rules.iter().enumerate() {
                if count < i64::from(definition.min_purchases)
                    || count > i64::from(definition.max_purchases)
                {
                    continue;
                }
                for (step, &after) in definition.steps.iter().enumerate() {
                    let day = last.saturating_add(after);
                    if day >= next {
                        break;
                    }
                    if (period.since..=period.until).contains(&day) {
                        let firing = Firing {
                            day,
                            rule,
                            step,
                            silence,
                        };
                        push(&mut firings, firing)?;
                    }
                }
            }
        }
        // On a day a step fires after one purchase only, so none are equal.
        firings.sort_unstable_by_key(|firing| (firing.day, firing.rule, firing.step));
        Ok(firings)
    }

    /// The repeat policy, counted per step over earlier silences. `sent` are the days, ascending,
    /// on which the step was sent.
    fn may_repeat(&self, firing: &Firing, sent: &[i32], purchases: &[i32]) -> bool {
        let (times, days) = self.rules[firing.rule].repeat.limit();
        let earlier = sent.partition_point(|&day| day < purchases[firing.silence]);
        let too_early = days.map_or(0, |days| {
            sent.partition_point(|&day| day <= firing.day.saturating_sub(days))
        });
        (earlier.saturating_sub(too_early) as i64) < times
    }

    fn count(
        &mut self,
        sent: &[Firing],
        log: &[LogDay],
        purchases: &[i32],
        period: &Period,
    ) -> Result<()> {
        let mut seen = HashSet::new();
        for firing in sent {
            let window = self.rules[firing.rule].conversion_days;
            let end = firing.day.saturating_add(window);
            let first = seen.insert((firing.rule, firing.step));
            let from = sent.partition_point(|other| other.day < firing.day);
            let mut near = sent[from..].iter().take_while(|other| other.day <= end);
            let result = &mut self.results[firing.rule][firing.step];
            result.firings += 1;
            result.customers += i64::from(first);
            let day = (firing.day - period.since) as usize;
            lengthen(&mut result.per_day, day + 1, 0)?;
            result.per_day[day] += 1;
            result.overlapping += i64::from(near.any(|other| other.rule != firing.rule));
            if end <= period.known_until {
                result.observed += 1;
                let next = purchases.get(firing.silence + 1);
                result.conversions += i64::from(next.is_some_and(|&next| next <= end));
            }
            let start = log.partition_point(|day| day.day <= firing.day);
            log[start..]
                .iter()
                .take_while(|day| day.day <= end)
                .filter_map(|day| day.revenue)
                .for_each(|revenue| result.revenue.add(revenue));
        }
        Ok(())
    }

    /// Days of silence with the rule's number of purchases, whether or not it fires.
    fn add_base(&mut self, purchases: &[i32], period: &Period) {
        for (silence, &last) in purchases.iter().enumerate() {
            let next = purchases.get(silence + 1).copied();
            let count = silence as i64 + 1;
            for (rule, results) in self.rules.iter().zip(&mut self.results) {
                if count < i64::from(rule.min_purchases) || count > i64::from(rule.max_purchases) {
                    continue;
                }
                let (window, from) = (
                    i64::from(rule.conversion_days),
                    i64::from(last.max(period.since)),
                );
                let known = i64::from(period.known_until) - window;
                let to = next
                    .map_or(i64::MAX, |next| i64::from(next) - 1)
                    .min(period.until.into())
                    .min(known);
                let days = (to - from + 1).max(0);
                let converting = next.map_or(0, |next| {
                    (to - (i64::from(next) - window).max(from) + 1).clamp(0, days)
                });
                for result in results {
                    result.base_days += days;
                    result.base_conversions += converting;
                }
            }
        }
    }

    /// Adds everything that `other` replayed.
    ///
    /// # Errors
    ///
    /// When it replayed something else, or there is no memory for the results.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let Some(period) = other.period else {
            return Ok(());
        };
        self.set_up(period, || Ok(other.rules.clone()))?;
        if self.rules != other.rules {
            return Err(changed("rules"));
        }
        let pairs = self.results.iter_mut().zip(&other.results);
        for (into, from) in pairs.flat_map(|(into, from)| into.iter_mut().zip(from)) {
            into.firings += from.firings;
            into.customers += from.customers;
            into.observed += from.observed;
            into.conversions += from.conversions;
            into.revenue.merge(&from.revenue);
            into.overlapping += from.overlapping;
            into.capped += from.capped;
            into.base_days += from.base_days;
            into.base_conversions += from.base_conversions;
            lengthen(&mut into.per_day, from.per_day.len(), 0)?;
            for (into, from) in into.per_day.iter_mut().zip(&from.per_day) {
                *into += from;
            }
        }
        Ok(())
    }

    /// Every step of every rule: the rule, the step's number from 1, and what it did.
    pub fn results(&self) -> impl Iterator<Item = (&TriggerRule, usize, &StepResult)> {
        self.rules
            .iter()
            .zip(&self.results)
            .flat_map(|(rule, steps)| {
                steps
                    .iter()
                    .enumerate()
                    .map(move |(step, result)| (rule, step + 1, result))
            })
    }
}

#[cfg(test)]
#[path = "trigger_replay_tests.rs"]
mod tests;
