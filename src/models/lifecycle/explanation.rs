//! Everything that decides one customer's stage, step by step.

use super::lifecycle::{Assessment, Judge, assess_learned};
use super::reason::{is_told, lifecycle_reason, push_lesson};
use super::rules::{
    LOST_HORIZON, LifecycleStage, LostRule, Rule, StageOptions, early_and_recent_gap,
    lost_probability,
};
use crate::error::Result;
use crate::models::numerics::memory::{collected, copied, push};
use crate::models::numerics::numbers::{
    LOW_CHANCE, is_low_chance, push_counted, push_days, push_percent,
};
use crate::models::prediction::model::{PurchaseModel, YEAR_DAYS};
use crate::models::prediction::shop_model::ShopModel;
use crate::models::purchases::purchase_log::{LogDay, histories_at};
use crate::models::purchases::purchases::PurchaseHistory;
use crate::models::value::tiers;
use chrono::NaiveDate;

/// One step: what it is about, its value, and the sentence that explains it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the step is about.
    pub topic: &'static str,
    /// Its value, short.
    pub value: String,
    /// Where the value comes from.
    pub explanation: String,
}

/// How many of the latest gaps are listed.
const LISTED_GAPS: usize = 12;

/// The steps for a customer's log in order; none without a purchase.
///
/// # Errors
///
/// As [`assess_learned`], and when the amounts add up to more than an `f64` holds.
pub fn explain(
    log: &[LogDay],
    shop: &ShopModel,
    as_of: i32,
    options: StageOptions,
) -> Result<Vec<Step>> {
    let bought = log.iter().filter(|day| day.is_purchase && day.day <= as_of);
    let bought = collected(bought.map(|day| day.day))?;
    let mut steps = Vec::new();
    histories_at(
        log.iter().copied().map(Ok),
        std::iter::once(as_of),
        |_, history| {
            let horizon = LOST_HORIZON as i32;
            let lifecycle = assess_learned(history, Some(&bought), shop, as_of, options, horizon)?;
            let mut explained = Explained {
                log,
                bought: &bought,
                history,
                shop,
                model: &shop.model,
                as_of,
                lifecycle,
                options,
                steps: Vec::new(),
            };
            explained.purchases();
            explained.rhythm();
            explained.prospects()?;
            explained.rules()?;
            explained.stage();
            explained.changes()?;
            steps = explained.steps;
            Ok(())
        },
    )?;
    Ok(steps)
}

struct Explained<'a> {
    log: &'a [LogDay],
    bought: &'a [i32],
    history: &'a PurchaseHistory,
    shop: &'a ShopModel,
    model: &'a PurchaseModel,
    as_of: i32,
    lifecycle: Assessment,
    options: StageOptions,
    steps: Vec<Step>,
}

impl Explained<'_> {
    fn push(
        &mut self,
        topic: &'static str,
        value: impl Into<String>,
        explanation: impl Into<String>,
    ) {
        self.steps.push(Step {
            topic,
            value: value.into(),
            explanation: explanation.into(),
        });
    }

    fn purchases(&mut self) {
        let history = self.history;
        let (first, last) = (date(history.first_day), date(history.last_day));
        let explanation = if history.purchases == 1 {
            format!("Ordered on one day, {first}.")
        } else {
            let days = counted(history.purchases.into(), "day", "days");
            format!(
                "Ordered on {days} from {first} to {last}; several orders on a day are one purchase."
            )
        };
        self.push("purchases", history.purchases.to_string(), explanation);
        match history.revenue {
            Some(revenue) => {
                let days = self.log.chunk_by(|a, b| a.day == b.day);
                let refunds = days.filter(|day| day[0].day <= self.as_of && !day[0].is_purchase);
                let explanation = match refunds.count() {
                    0 => "The sum of all amounts.".to_owned(),
                    days => format!(
                        "The sum of all amounts, less the refunds, which came alone on {}.",
                        counted(days as i64, "day", "days")
                    ),
                };
                self.push("revenue", format!("{revenue:.2}"), explanation);
            }
            None => self.push("revenue", "unknown", "No amount is known."),
        }
    }

    fn rhythm(&mut self) {
        let (history, model) = (self.history, self.model);
        let gaps: Vec<i64> = self
            .bought
            .windows(2)
            .map(|pair| i64::from(pair[1]) - i64::from(pair[0]))
            .collect();
        if gaps.is_empty() {
            self.push("gaps", "none", "One purchase has no gap yet.");
        } else {
            let listed: Vec<String> = gaps
                .iter()
                .rev()
                .take(LISTED_GAPS)
                .rev()
                .map(i64::to_string)
                .collect();
            let which = if gaps.len() > LISTED_GAPS {
                "The latest days between purchases"
            } else {
                "The days between purchases"
            };
            self.push(
                "gaps",
                counted(gaps.len() as i64, "gap", "gaps"),
                format!("{which}: {}.", listed.join(", ")),
            );
        }
        let gap = self.lifecycle.usual_gap_days;
        let explanation = if history.repeat() == 0 {
            "The shop's typical gap, as long as there is none of their own.".to_owned()
        } else {
            format!(
                "The shop's typical gap of {} plus {} in {}, divided by {}.",
                text_days(model.typical_gap_days),
                text_days(history.span() as f64),
                counted(history.repeat().into(), "own gap", "own gaps"),
                history.repeat() + 1,
            )
        };
        self.push("usual gap", text_days(gap), explanation);
        let silence = i64::from(self.lifecycle.silence_days);
        let explanation = format!(
            "From {} to {}: {:.1} usual gaps.",
            date(history.last_day),
            date(self.as_of),
            self.lifecycle.silence_ratio,
        );
        self.push("silence", counted(silence, "day", "days"), explanation);
    }

    fn prospects(&mut self) -> Result<()> {
        let customer = self.model.customer(self.history, self.as_of)?;
        let survival = chance(customer.silence_survival());
        self.push(
            "alive probability",
            probability(customer.alive_probability()),
            format!("The chance to be still a customer. One who is still there would be silent for so long with {survival}."),
        );
        let prospect = self
            .shop
            .prospect(self.history, Some(self.bought), self.as_of)?;
        let mut explanation =
            format!("The chance of at least one purchase within {LOST_HORIZON} days.");
        if self.shop.learned.is_some() {
            let alone = chance(self.lifecycle.alone_probability);
            explanation.push_str(&format!(" The purchase model alone says {alone}"));
            if let Some(seasons) = self.shop.seasons {
                let ahead = seasons.ahead(self.as_of, LOST_HORIZON);
                explanation.push_str(&format!(
                    " (by the shop's seasons the next {LOST_HORIZON} days count as {ahead:.0})"
                ));
            }
            if is_told(&self.lifecycle) {
                explanation.push_str(", but ");
                push_lesson(&mut explanation, &self.lifecycle);
            }
            explanation.push('.');
        }
        self.push(
            "return probability",
            probability(self.lifecycle.return_probability),
            explanation,
        );
        let expected = prospect.expected_purchases(YEAR_DAYS);
        let mut explanation = format!("Purchases to expect within {YEAR_DAYS} days");
        if let Some(value) = tiers::order_value(self.history, self.model) {
            explanation.push_str(&format!(", at {value:.2} each"));
        }
        if let Some(value) = tiers::customer_value(self.history, self.model, expected) {
            explanation.push_str(&format!(
                "; with the revenue so far a customer value of {value:.2}"
            ));
        }
        explanation.push('.');
        self.push("expected purchases", format!("{expected:.2}"), explanation);
        Ok(())
    }

    fn rules(&mut self) -> Result<()> {
        let thresholds = Judge::new(*self.model).thresholds(self.history, self.options)?;
        let customer = self.model.customer(self.history, self.as_of)?;
        let silence = i64::from(self.lifecycle.silence_days);
        let probability = lost_probability(&customer);
        let (old, overdue) = (
            silence > thresholds.just_ordered,
            silence > thresholds.overdue,
        );
        let lost = thresholds.lost.holds(silence, || probability);
        let last = match thresholds.lost {
            LostRule::Unlikely(below) => {
                let which = if self.shop.learned.is_some() {
                    " by the purchase model alone, whatever the season"
                } else {
                    ""
                };
                format!("a return probability under {}{which}", percent(below))
            }
            LostRule::SilentFor(days) => format!("more than {}", counted(days, "day", "days")),
        };
        self.push(
            "rule 1: Lost",
            verdict(old && overdue && lost),
            format!(
                "Needs more than {} of silence ({}), more than 1.1 usual gaps ({}), and {last} ({}).",
                counted(thresholds.just_ordered, "day", "days"), yes_no(old), yes_no(overdue), yes_no(lost),
            ),
        );
        let explanation = match (
            early_and_recent_gap(self.history, silence),
            thresholds.slowing,
        ) {
            (None, _) => "Needs seven purchases to compare early and recent gaps.".to_owned(),
            (Some((early, recent)), None) => format!(
                "Gaps of {} before the 4th-last purchase, {} since: the early ones are under a week, which is no rhythm.",
                text_days(early),
                text_days(recent),
            ),
            (Some((early, recent)), Some(after)) => format!(
                "Gaps of {} before the 4th-last purchase, {} since, silence counted in: slowing from 2.5 times the early gap on, here after {} of silence.",
                text_days(early),
                text_days(recent),
                counted(after.max(0), "day", "days"),
            ),
        };
        self.push(
            "rule 2: Slipping Away, slowing",
            verdict(thresholds.slowing.is_some_and(|after| silence > after)),
            explanation,
        );
        self.push(
            "rule 3: Just Ordered",
            verdict(!old),
            format!(
                "Silent for at most {}.",
                counted(thresholds.just_ordered, "day", "days")
            ),
        );
        self.push(
            "rule 4: Active",
            verdict(!overdue),
            format!(
                "Silent for at most 1.1 usual gaps, {}.",
                counted(thresholds.overdue, "day", "days")
            ),
        );
        self.push(
            "rule 5: Slipping Away, overdue",
            verdict(self.lifecycle.rule == Rule::Overdue),
            "What no rule above has caught.",
        );
        Ok(())
    }

    fn stage(&mut self) {
        let mut reason = String::new();
        lifecycle_reason(
            &mut reason,
            &self.lifecycle,
            self.history,
            LOST_HORIZON as i32,
        );
        self.push(
            "stage",
            label(self.lifecycle.stage),
            format!("The first rule that holds decides. {reason}"),
        );
    }

    fn changes(&mut self) -> Result<()> {
        match (self.lifecycle.next_stage, self.lifecycle.next_stage_date) {
            (Some(stage), Some(day)) => self.push(
                "next change",
                date(day),
                format!("{} from then on, without a purchase before.", label(stage)),
            ),
            _ => self.push("next change", "none", "The stage stays without a purchase."),
        }
        if let Some(day) = self.lifecycle.next_order_date {
            self.push(
                "next order",
                date(day),
                "Even odds by then, if the customer returns within a year.",
            );
        }
        // An order today: the same history with one more day, unless today has one already.
        let today = LogDay {
            day: self.as_of,
            is_purchase: true,
            revenue: None,
        };
        let earlier = self
            .log
            .iter()
            .copied()
            .take_while(|day| day.day < self.as_of);
        let mut days = copied(self.bought)?;
        if days.last() != Some(&self.as_of) {
            push(&mut days, self.as_of)?;
        }
        let (shop, as_of, options) = (self.shop, self.as_of, self.options);
        let mean = self.history.mean_value();
        let mut after = None;
        histories_at(
            earlier.chain([today]).map(Ok),
            std::iter::once(as_of),
            |_, history| {
                // What they will spend is not known, so it is taken to be as ever.
                let history = PurchaseHistory {
                    revenue: mean.map(|mean| mean * f64::from(history.purchases)),
                    ..*history
                };
                let (days, horizon) = (Some(days.as_slice()), LOST_HORIZON as i32);
                after = Some(assess_learned(
                    &history, days, shop, as_of, options, horizon,
                )?);
                Ok(())
            },
        )?;
        if let Some(after) = after {
            let explanation = format!(
                "After an order today: {} to order again within 180 days, usual gap {}.",
                chance(after.return_probability),
                text_days(after.usual_gap_days),
            );
            self.push("if they order today", label(after.stage), explanation);
        }
        Ok(())
    }
}

fn label(stage: LifecycleStage) -> &'static str {
    LifecycleStage::LABELS[stage as usize]
}

fn yes_no(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

fn verdict(holds: bool) -> &'static str {
    if holds { "holds" } else { "does not hold" }
}

fn text(write: impl FnOnce(&mut String)) -> String {
    let mut out = String::new();
    write(&mut out);
    out
}

fn counted(count: i64, one: &str, many: &str) -> String {
    text(|out| push_counted(out, count, &format!(" {one}"), &format!(" {many}")))
}

fn text_days(days: f64) -> String {
    text(|out| push_days(out, days))
}

fn percent(share: f64) -> String {
    text(|out| push_percent(out, share))
}

/// `48 %`, or `low` for a low chance.
fn probability(value: f64) -> String {
    if is_low_chance(value) {
        "low".to_owned()
    } else {
        percent(value)
    }
}

/// The same within a sentence: `48 %`, `a low chance`.
fn chance(value: f64) -> String {
    if is_low_chance(value) {
        LOW_CHANCE.to_owned()
    } else {
        percent(value)
    }
}

/// ISO 8601; days that `chrono` does not know are counted from 1970.
fn date(day: i32) -> String {
    NaiveDate::from_epoch_days(day).map_or_else(|| format!("day {day}"), |date| date.to_string())
}
