//! Trigger rules replayed over a customer's past: what would have been sent, and what the
//! customer bought after it without any message.
//!
//! A rule fires once per silence and step, so the work grows with the purchases, not with the days.

use super::conditions::is_won_back;
use super::triggers::TriggerRule;
use crate::error::{Error, Result};
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::numerics::checks::{changed, finite_day, within};
use crate::models::numerics::memory::{append, collected, grow_map, lengthen, push, try_collected};
use crate::models::numerics::sum::Sum;
use crate::models::purchases::purchase_log::LogDay;
use crate::models::purchases::purchases::PurchaseHistory;
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

/// What the rules know of a customer.
struct Replayed<'a> {
    /// The days of the purchases, ascending.
    purchases: &'a [i32],
    /// By purchase, whether it won the customer back; empty where no rule asks.
    won_back: Vec<bool>,
    /// The audiences that they belong to.
    audiences: &'a [String],
}

/// The models by which a day is judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Models {
    /// The last day that each model knows, ascending: it judges the days after it, up to the next
    /// one, and the first also those before.
    pub dates: Vec<i32>,
    /// The models.
    pub judges: Vec<Judge>,
}

impl Models {
    /// The number of the model that judges a day.
    fn number(&self, day: i32) -> usize {
        let known = self.dates.partition_point(|&date| date < day);
        known.saturating_sub(1)
    }
}

/// Replays rules over customers in any order and any number of parts.
#[derive(Debug, Default)]
pub struct Replay {
    rules: Vec<TriggerRule>,
    models: Models,
    period: Option<Period>,
    /// By rule, then by step.
    results: Vec<Vec<StepResult>>,
}

impl Replay {
    /// Sets the period, the rules and the models, which are the same in every call; only the first
    /// asks for the rules and models.
    ///
    /// # Errors
    ///
    /// When the period makes no sense or is another one than before, `given` fails or lacks models
    /// that a rule needs, or there is no memory for the results.
    pub fn set_up(
        &mut self,
        period: Period,
        given: impl FnOnce() -> Result<(Vec<TriggerRule>, Models)>,
    ) -> Result<()> {
        match self.period {
            Some(known) if known == period => Ok(()),
            Some(_) => Err(changed("limits")),
            None => {
                period.validate()?;
                let (rules, models) = given()?;
                let mut conditions = rules.iter().map(|rule| &rule.conditions);
                if models.dates.len() != models.judges.len()
                    || models.dates.is_empty() && conditions.any(|asked| asked.are_judged())
                {
                    return Err(Error::argument("models", "must be one for each of dates"));
                }
                let blank = |rule: &TriggerRule| {
                    collected(rule.steps.iter().map(|_| StepResult::default()))
                };
                self.results = try_collected(rules.iter().map(blank))?;
                self.rules = rules;
                self.models = models;
                self.period = Some(period);
                Ok(())
            }
        }
    }

    /// Replays one customer's log, which is in order; `audiences` are those that they belong to.
    ///
    /// # Errors
    ///
    /// When there is no memory for what the customer would get.
    pub fn add(&mut self, log: &[LogDay], audiences: &[String]) -> Result<()> {
        let Some(period) = self.period else {
            return Ok(());
        };
        let purchases = log.iter().filter(|day| day.is_purchase);
        let purchases = collected(purchases.map(|day| day.day))?;
        let customer = Replayed {
            purchases: &purchases,
            won_back: self.won_back(&purchases)?,
            audiences,
        };
        self.add_base(&customer, &period);
        let mut sent: Vec<Firing> = Vec::new();
        let mut days_of: HashMap<(usize, usize), Vec<i32>> = HashMap::new();
        for firing in self.firings(&customer, &period)? {
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
    fn firings(&self, customer: &Replayed, period: &Period) -> Result<Vec<Firing>> {
        let mut firings = Vec::new();
        let purchases = customer.purchases;
        for (silence, &last) in purchases.iter().enumerate() {
            let next = purchases.get(silence + 1).copied().unwrap_or(i32::MAX);
            if next <= period.since {
                continue;
            }
            for (rule, definition) in self.rules.iter().enumerate() {
                if !is_for(definition, customer, silence) {
                    continue;
                }
                let fires = if definition.conditions.are_judged() {
                    let end = next.saturating_sub(1).min(period.until);
                    self.fires(definition, &purchases[..=silence], end)?
                } else {
                    Some(last.saturating_add(definition.silence_days))
                };
                let Some(fires) = fires else { continue };
                for (step, &after) in definition.steps.iter().enumerate() {
                    let day = fires.saturating_add(after - definition.silence_days);
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

    /// By purchase, whether it won the customer back, if a rule asks. Each is judged by the model of
    /// its day.
    fn won_back(&self, purchases: &[i32]) -> Result<Vec<bool>> {
        if !self.rules.iter().any(|rule| rule.conditions.won_back) {
            return Ok(Vec::new());
        }
        let judged = purchases.iter().enumerate().map(|(index, &day)| {
            let judge = &self.models.judges[self.models.number(day)];
            is_won_back(judge, &purchases[..=index])
        });
        try_collected(judged)
    }

    /// The first day, up to `end`, on which all conditions hold that a model judges, after the last
    /// of these purchases. Each day is judged by its own model.
    fn fires(&self, rule: &TriggerRule, purchases: &[i32], end: i32) -> Result<Option<i32>> {
        let Some(history) = PurchaseHistory::of_ascending(purchases) else {
            return Ok(None);
        };
        let last = i64::from(history.last_day);
        let first_model = self.models.number(history.last_day);
        for (number, judge) in self.models.judges.iter().enumerate().skip(first_model) {
            // The days of this model.
            let begins = match number {
                0 => history.last_day,
                number => self.models.dates[number].saturating_add(1),
            };
            let ends = self
                .models
                .dates
                .get(number + 1)
                .map_or(end, |&next| next.min(end));
            let least = (i64::from(begins) - last).max(rule.silence_days.into());
            let silences = least..=i64::from(ends) - last;
            if silences.is_empty() {
                continue;
            }
            if let Some(silence) = rule.conditions.first_silence(judge, &history, silences)? {
                return Ok(i32::try_from(last + silence).ok());
            }
        }
        Ok(None)
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

    /// Days of the silences that the rule is for, whether or not it fires.
    fn add_base(&mut self, customer: &Replayed, period: &Period) {
        let purchases = customer.purchases;
        for (silence, &last) in purchases.iter().enumerate() {
            let next = purchases.get(silence + 1).copied();
            for (rule, results) in self.rules.iter().zip(&mut self.results) {
                if !is_for(rule, customer, silence) {
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
        self.set_up(period, || {
            let mut models = Models::default();
            append(&mut models.dates, &other.models.dates)?;
            append(&mut models.judges, &other.models.judges)?;
            Ok((other.rules.clone(), models))
        })?;
        if self.rules != other.rules {
            return Err(changed("rules"));
        }
        if self.models != other.models {
            return Err(changed("models"));
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

/// Whether a rule is for the silence after so many purchases, whenever it fires in it.
fn is_for(rule: &TriggerRule, customer: &Replayed, silence: usize) -> bool {
    let asked = &rule.conditions;
    rule.counts(silence + 1)
        && (!asked.won_back || customer.won_back[silence])
        && asked
            .audience
            .as_deref()
            .is_none_or(|name| customer.audiences.iter().any(|own| own == name))
}

#[cfg(test)]
#[path = "trigger_replay_tests.rs"]
mod tests;
