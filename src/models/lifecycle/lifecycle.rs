//! The lifecycle stage: is the customer still coming, by their own rhythm?

use super::next_stage::next_stage;
use crate::error::{Error, Result};
use crate::models::prediction::mbg_nbd::Customer;
use crate::models::prediction::model::{PurchaseModel, silence_days};
use crate::models::purchases::purchases::PurchaseHistory;

/// Where a customer stands, in descending order of the chance to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum LifecycleStage {
    /// Ordered so recently that silence says nothing yet.
    JustOrdered,
    /// Within the rhythm that this customer usually keeps.
    Active,
    /// Overdue, or ordering far less often than before.
    SlippingAway,
    /// Unlikely to return unless won back.
    Lost,
}

impl LifecycleStage {
    /// In the order of the variants.
    pub const LABELS: [&str; 4] = ["Just Ordered", "Active", "Slipping Away", "Lost"];
}

/// Which rule decided the stage, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rule {
    /// Overdue, and a return is unlikely even for this shop.
    Lost,
    /// The recent gaps are far longer than the early ones.
    Slowing,
    /// Silent for no longer than `just_ordered_days`.
    JustOrdered,
    /// Silent for no longer than 1.1 usual gaps.
    Active,
    /// None of the others.
    Overdue,
}

impl Rule {
    /// In the order of the variants.
    pub const LABELS: [&str; 5] = ["lost", "slowing", "just ordered", "active", "overdue"];

    /// The stage that the rule stands for.
    pub fn stage(self) -> LifecycleStage {
        match self {
            Self::Lost => LifecycleStage::Lost,
            Self::Slowing | Self::Overdue => LifecycleStage::SlippingAway,
            Self::JustOrdered => LifecycleStage::JustOrdered,
            Self::Active => LifecycleStage::Active,
        }
    }
}

/// A stage with the numbers behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lifecycle {
    /// The stage.
    pub stage: LifecycleStage,
    /// The rule that decided it.
    pub rule: Rule,
    /// Days since the last purchase.
    pub silence_days: i32,
    /// The gap that is usual for this customer.
    pub usual_gap_days: f64,
    /// Silence in usual gaps.
    pub silence_ratio: f64,
    /// The chance that the customer is still a customer.
    pub alive_probability: f64,
    /// The chance of a purchase within the horizon.
    pub return_probability: f64,
    /// When the next purchase is to be expected, given that the customer
    /// returns within a year: after `as_of`, whatever the stage; `None` only
    /// beyond the calendar.
    pub next_order_date: Option<i32>,
    /// The stage that comes next if the customer stays silent; `None` for
    /// Lost and where nothing changes within 100 years.
    pub next_stage: Option<LifecycleStage>,
    /// The first day of the next stage.
    pub next_stage_date: Option<i32>,
}

/// The days within which a return is unlikely for a lost customer. Fixed, so
/// that the horizon of a report does not move anybody's stage.
pub(super) const LOST_HORIZON: f64 = 180.0;

/// A customer is overdue beyond this many usual gaps.
pub(in crate::models) const OVERDUE: f64 = 1.1;

/// The usual gap of a customer: their own gaps plus one typical gap.
///
/// # Formula
///
/// g = (G₀ + t) / (1 + x).
pub fn usual_gap(history: &PurchaseHistory, typical_gap_days: f64) -> f64 {
    (typical_gap_days + history.span() as f64) / (1.0 + f64::from(history.repeat()))
}

/// A model, and what follows from it for every customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judge {
    model: PurchaseModel,
    /// Lost below here: min(0.20, P₀/3).
    lost_probability: f64,
}

impl Judge {
    /// A judge by a valid model.
    pub fn new(model: PurchaseModel) -> Self {
        let new = model
            .parameters()
            .new_customer_return_probability(LOST_HORIZON);
        Self {
            model,
            lost_probability: (new / 3.0).min(0.2),
        }
    }

    /// The model.
    pub fn model(&self) -> &PurchaseModel {
        &self.model
    }

    /// The same judge with the typical gap of a customer's group, if there is one.
    #[must_use]
    pub fn with_typical_gap(mut self, days: Option<f64>) -> Self {
        self.model.typical_gap_days = days.unwrap_or(self.model.typical_gap_days);
        self
    }

    /// The stage and everything behind it. The history is valid.
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of`, `just_ordered_days` is negative or
    /// `horizon_days` is not positive.
    pub fn assess(
        &self,
        history: &PurchaseHistory,
        as_of: i32,
        just_ordered_days: i32,
        horizon_days: i32,
    ) -> Result<Lifecycle> {
        if horizon_days < 1 {
            return Err(Error::argument(
                "horizon_days",
                format!("must be at least 1, got {horizon_days}"),
            ));
        }
        let silence = silence_days(history, as_of)?;
        let thresholds = Thresholds::new(history, self, just_ordered_days)?;
        let customer = self.model.silent_customer(history, silence as f64);
        let lost_probability = customer.return_probability(LOST_HORIZON);
        let rule = thresholds.rule(silence, || lost_probability);
        let next = next_stage(history, &self.model, &thresholds, silence, rule)
            .and_then(|(silence, stage)| Some((day_of_silence(history, silence)?, stage)));
        Ok(Lifecycle {
            stage: rule.stage(),
            rule,
            silence_days: i32::try_from(silence).unwrap_or(i32::MAX),
            usual_gap_days: thresholds.usual_gap,
            silence_ratio: silence as f64 / thresholds.usual_gap,
            alive_probability: customer.alive_probability(),
            return_probability: if f64::from(horizon_days) == LOST_HORIZON {
                lost_probability
            } else {
                customer.return_probability(f64::from(horizon_days))
            },
            next_order_date: next_order_date(&customer, as_of),
            next_stage: next.map(|(_, stage)| stage),
            next_stage_date: next.map(|(day, _)| day),
        })
    }

    /// The stage alone, at a fraction of the cost of [`Judge::assess`].
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of` or `just_ordered_days` is negative.
    pub fn stage(
        &self,
        history: &PurchaseHistory,
        as_of: i32,
        just_ordered_days: i32,
    ) -> Result<LifecycleStage> {
        let silence = silence_days(history, as_of)?;
        let thresholds = Thresholds::new(history, self, just_ordered_days)?;
        let rule = thresholds.rule(silence, || {
            lost_probability(&self.model.silent_customer(history, silence as f64))
        });
        Ok(rule.stage())
    }
}

/// [`Judge::assess`] for a single customer of a model.
///
/// # Errors
///
/// As [`Judge::assess`].
pub fn assess(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    as_of: i32,
    just_ordered_days: i32,
    horizon_days: i32,
) -> Result<Lifecycle> {
    Judge::new(*model).assess(history, as_of, just_ordered_days, horizon_days)
}

/// [`Judge::stage`] for a single customer of a model.
///
/// # Errors
///
/// As [`Judge::stage`].
pub fn stage(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    as_of: i32,
    just_ordered_days: i32,
) -> Result<LifecycleStage> {
    Judge::new(*model).stage(history, as_of, just_ordered_days)
}

/// When the next purchase is to be expected, given a return within a year: at
/// least the day after `as_of`; `None` beyond the calendar.
pub fn next_order_date(customer: &Customer, as_of: i32) -> Option<i32> {
    // At most 365, so the cast is exact.
    as_of.checked_add(customer.next_return_days(365.0).ceil().max(1.0) as i32)
}

/// The return probability that decides whether a customer is lost.
pub(super) fn lost_probability(customer: &Customer) -> f64 {
    customer.return_probability(LOST_HORIZON)
}

/// The days of silence and the probability at which one customer's rules turn.
/// Every rule turns once as the silence grows, and the stages follow each
/// other in their order, so a silent customer never moves back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thresholds {
    pub(super) usual_gap: f64,
    /// Just Ordered up to here.
    pub(super) just_ordered: i64,
    /// Active up to here: ⌊1.1 g⌋.
    pub(super) overdue: i64,
    /// Slowing beyond here, if the gaps have grown.
    pub(super) slowing: Option<i64>,
    /// Lost below here: min(0.20, P₀/3).
    pub(super) lost_probability: f64,
}

impl Thresholds {
    pub(super) fn new(
        history: &PurchaseHistory,
        judge: &Judge,
        just_ordered_days: i32,
    ) -> Result<Self> {
        if just_ordered_days < 0 {
            return Err(Error::argument(
                "just_ordered_days",
                format!("must not be negative, got {just_ordered_days}"),
            ));
        }
        let usual_gap = usual_gap(history, judge.model.typical_gap_days);
        Ok(Self {
            usual_gap,
            just_ordered: i64::from(just_ordered_days),
            overdue: (OVERDUE * usual_gap).floor() as i64,
            slowing: slowing_after(history, i64::from(just_ordered_days)),
            lost_probability: judge.lost_probability,
        })
    }

    /// The rule that decides after `silence` days; `probability` is the chance
    /// of a return and only asked for where it matters.
    pub(super) fn rule(&self, silence: i64, probability: impl FnOnce() -> f64) -> Rule {
        let just_ordered = silence <= self.just_ordered;
        let in_rhythm = silence <= self.overdue;
        if !just_ordered && !in_rhythm && probability() < self.lost_probability {
            Rule::Lost
        } else if self.slowing.is_some_and(|after| silence > after) {
            Rule::Slowing
        } else if just_ordered {
            Rule::JustOrdered
        } else if in_rhythm {
            Rule::Active
        } else {
            Rule::Overdue
        }
    }
}

/// The mean gap before the 4th-last purchase, and the mean of the three gaps after it
/// with the present silence counted in, if there are enough purchases to compare them.
pub(super) fn early_and_recent_gap(history: &PurchaseHistory, silence: i64) -> Option<(f64, f64)> {
    let repeat = history.repeat();
    let turn = i64::from(history.fourth_last_day?);
    if repeat < 6 {
        return None;
    }
    let early = (turn - i64::from(history.first_day)) as f64 / f64::from(repeat - 3);
    let recent = (i64::from(history.last_day) - turn + silence) as f64 / 3.0;
    Some((early, recent))
}

/// The silence *u* beyond which a customer whose gaps have grown is slipping away.
///
/// # Formula
///
/// early ≥ 7, recent ≥ 2.5 early and u > max(early, min(N, recent/2)): the early gaps must
/// be a rhythm (a week, not a burst of orders within days), the recent ones far longer,
/// and the customer must not just have ordered, measured by the old gap and half of the
/// new one. With L the days from the 4th-last to the last purchase, recent = (L + u)/3
/// grows with the silence, and every condition holds from some u on:
/// u ≥ 7.5 early − L, u > early, and u > N or 5 u > L.
fn slowing_after(history: &PurchaseHistory, just_ordered: i64) -> Option<i64> {
    let (early, _) = early_and_recent_gap(history, 0)?;
    let late = i64::from(history.last_day) - i64::from(history.fourth_last_day?);
    let grown = (7.5 * early - late as f64).ceil() as i64 - 1;
    let not_just_now = just_ordered.min(late / 5);
    (early >= 7.0).then(|| grown.max(early.floor() as i64).max(not_just_now))
}

fn day_of_silence(history: &PurchaseHistory, silence: i64) -> Option<i32> {
    i32::try_from(i64::from(history.last_day) + silence)
        .ok()
        .filter(|&day| day < i32::MAX)
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
