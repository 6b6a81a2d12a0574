//! The lifecycle stage: whether the customer still comes, judged by their own rhythm.

use super::next_stage::{lost_after, next_stage, silence_in};
use super::rules::{
    LOST_HORIZON, LifecycleStage, Rule, StageOptions, Thresholds, just_ordered_days,
    lost_probability, usual_gap,
};
use crate::error::{Error, Result};
use crate::models::numerics::checks::{LARGEST_DAYS, at_least, is_finite, within};
use crate::models::prediction::model::{PurchaseModel, YEAR_DAYS, silence_days};
use crate::models::prediction::shop_model::{Prospect, ShopModel};
use crate::models::purchases::purchases::PurchaseHistory;
use std::ops::RangeInclusive;

/// A stage with the numbers behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assessment {
    /// The stage.
    pub stage: LifecycleStage,
    /// The rule that decided it.
    pub rule: Rule,
    /// A purchase this recent is too early to judge.
    pub just_ordered_days: i32,
    /// Days since the last purchase.
    pub silence_days: i32,
    /// The gap that is usual for this customer.
    pub usual_gap_days: f64,
    /// Silence in usual gaps.
    pub silence_ratio: f64,
    /// The chance that the customer is still a customer.
    pub alive_probability: f64,
    /// The chance of a purchase within the horizon, with what the shop's past adds.
    pub return_probability: f64,
    /// The same by MBG/NBD alone, in the seasons that are known. Stages are judged without them.
    pub alone_probability: f64,
    /// What makes the difference, as
    /// [`Traits::code`](crate::models::prediction::traits::Traits::code).
    pub traits: i32,
    /// The median day of the next purchase, given that the customer returns within a year: after
    /// `as_of`, whatever the stage; `None` only beyond the calendar.
    pub next_order_date: Option<i32>,
    /// The stage that comes next if the customer stays silent; `None` for
    /// Lost and where nothing changes within 100 years.
    pub next_stage: Option<LifecycleStage>,
    /// The first day of the next stage.
    pub next_stage_date: Option<i32>,
}

impl Assessment {
    /// Checks numbers that may have been put together by hand in SQL.
    ///
    /// # Errors
    ///
    /// When one is out of its range.
    pub fn validate(&self) -> Result<()> {
        at_least("just_ordered_days", self.just_ordered_days, 0)?;
        at_least("silence_days", self.silence_days, 0)?;
        within("usual_gap_days", self.usual_gap_days, 0.0..=LARGEST_DAYS)?;
        at_least("silence_ratio", self.silence_ratio, 0.0)?;
        within("alive_probability", self.alive_probability, 0.0..=1.0)?;
        within("return_probability", self.return_probability, 0.0..=1.0)?;
        within("alone_probability", self.alone_probability, 0.0..=1.0)?;
        Ok(())
    }
}

/// What the shop's past says of a customer's return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// The chance of a purchase within the horizon.
    pub return_probability: f64,
    /// The same by MBG/NBD alone, in the seasons that are known.
    pub alone_probability: f64,
    /// What makes the difference, as
    /// [`Traits::code`](crate::models::prediction::traits::Traits::code).
    pub traits: i32,
    /// The median day of the next purchase, as [`next_order_date`].
    pub next_order_date: Option<i32>,
}

impl Outlook {
    /// What lies within `days` after `as_of`.
    pub fn of(prospect: &Prospect, days: f64, as_of: i32) -> Self {
        Self {
            return_probability: prospect.return_probability(days),
            alone_probability: prospect.alone_probability(days),
            traits: prospect.traits().code(),
            next_order_date: next_order_date(prospect, as_of),
        }
    }
}

/// A model, and what follows from it for every customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judge {
    model: PurchaseModel,
    /// Lost below here: min(0.20, P₀/3).
    lost_probability: f64,
    /// Just Ordered up to here, unless an analyst says otherwise.
    just_ordered_days: i32,
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
            just_ordered_days: just_ordered_days(model.typical_gap_days),
        }
    }

    /// The model.
    pub fn model(&self) -> &PurchaseModel {
        &self.model
    }

    /// Lost, once overdue, below this chance to return.
    pub(super) fn lost_probability(&self) -> f64 {
        self.lost_probability
    }

    /// Just Ordered for as many days, unless an analyst says otherwise.
    pub(super) fn just_ordered_days(&self) -> i32 {
        self.just_ordered_days
    }

    /// The same judge with the typical gap of a customer's group, if there is one.
    #[must_use]
    pub fn with_typical_gap(mut self, days: Option<f64>) -> Self {
        self.model.typical_gap_days = days.unwrap_or(self.model.typical_gap_days);
        self
    }

    /// Where the rules turn for a customer.
    ///
    /// # Errors
    ///
    /// When `just_ordered_days` is negative.
    pub(super) fn thresholds(
        &self,
        history: &PurchaseHistory,
        options: StageOptions,
    ) -> Result<Thresholds> {
        Thresholds::new(
            history,
            self.model.typical_gap_days,
            self.lost_probability,
            options.just_ordered_days.unwrap_or(self.just_ordered_days),
            options.lost_after_gaps,
        )
    }

    /// The stage and everything behind it, with an outlook that learned from the shop's past, or
    /// that of MBG/NBD. Nothing else follows from the outlook: stages are judged by MBG/NBD alone.
    /// The history is valid.
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of`, `just_ordered_days` is negative or
    /// `horizon_days` is not positive.
    pub fn assess(
        &self,
        history: &PurchaseHistory,
        as_of: i32,
        options: StageOptions,
        horizon_days: i32,
        outlook: Option<Outlook>,
    ) -> Result<Assessment> {
        if horizon_days < 1 {
            return Err(Error::argument(
                "horizon_days",
                format!("must be at least 1, got {horizon_days}"),
            ));
        }
        let silence = silence_days(history, as_of)?;
        let thresholds = self.thresholds(history, options)?;
        let customer = self.model.silent_customer(history, silence as f64);
        let lost_probability = customer.return_probability(LOST_HORIZON);
        let rule = thresholds.rule(silence, || lost_probability);
        let next = next_stage(history, &self.model, &thresholds, silence, rule)
            .and_then(|(silence, stage)| Some((day_of_silence(history, silence)?, stage)));
        let outlook = outlook.unwrap_or_else(|| {
            let probability = if f64::from(horizon_days) == LOST_HORIZON {
                lost_probability
            } else {
                customer.return_probability(f64::from(horizon_days))
            };
            Outlook {
                return_probability: probability,
                alone_probability: probability,
                traits: 0,
                next_order_date: day_within_a_year(customer.next_return_days(YEAR_DAYS), as_of),
            }
        });
        Ok(Assessment {
            stage: rule.stage(),
            rule,
            just_ordered_days: thresholds.just_ordered as i32,
            silence_days: i32::try_from(silence).unwrap_or(i32::MAX),
            usual_gap_days: thresholds.usual_gap,
            silence_ratio: silence as f64 / thresholds.usual_gap,
            alive_probability: customer.alive_probability(),
            return_probability: outlook.return_probability,
            alone_probability: outlook.alone_probability,
            traits: outlook.traits,
            next_order_date: outlook.next_order_date,
            next_stage: next.map(|(_, stage)| stage),
            next_stage_date: next.map(|(day, _)| day),
        })
    }

    /// The first day on which the customer is lost, without another purchase and by the
    /// default options; `None` if there is none within 100 years of the last purchase.
    ///
    /// With `before`, `None` also if there is none before that day, at a fraction of the cost.
    ///
    /// # Errors
    ///
    /// As [`Judge::stage`].
    pub fn lost_day(&self, history: &PurchaseHistory, before: Option<i32>) -> Result<Option<i32>> {
        let thresholds = self.thresholds(history, StageOptions::default())?;
        if let Some(before) = before {
            let silence = i64::from(before) - 1 - i64::from(history.last_day);
            let rule = thresholds.rule(silence, || {
                lost_probability(&self.model.silent_customer(history, silence as f64))
            });
            if rule != Rule::Lost {
                return Ok(None);
            }
        }
        let silence = lost_after(history, &self.model, &thresholds, 0);
        Ok(silence.and_then(|silence| day_of_silence(history, silence)))
    }

    /// The customer's usual gap, in days.
    pub fn usual_gap(&self, history: &PurchaseHistory) -> f64 {
        usual_gap(history, self.model.typical_gap_days)
    }

    /// The first of these silences, in days after the last purchase, at which the customer is in
    /// `stage` by the default options; `None` if there is none within 100 years.
    ///
    /// # Errors
    ///
    /// As [`Judge::stage`].
    pub fn silence_in(
        &self,
        history: &PurchaseHistory,
        stage: LifecycleStage,
        silences: RangeInclusive<i64>,
    ) -> Result<Option<i64>> {
        let thresholds = self.thresholds(history, StageOptions::default())?;
        Ok(silence_in(
            history,
            &self.model,
            &thresholds,
            stage,
            silences,
        ))
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
        options: StageOptions,
    ) -> Result<LifecycleStage> {
        let silence = silence_days(history, as_of)?;
        let thresholds = self.thresholds(history, options)?;
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
    options: StageOptions,
    horizon_days: i32,
) -> Result<Assessment> {
    Judge::new(*model).assess(history, as_of, options, horizon_days, None)
}

/// The same with what the shop's past adds, from the ascending `days` of the purchases.
///
/// # Errors
///
/// As [`Judge::assess`].
pub fn assess_learned(
    history: &PurchaseHistory,
    days: Option<&[i32]>,
    shop: &ShopModel,
    as_of: i32,
    options: StageOptions,
    horizon_days: i32,
) -> Result<Assessment> {
    let prospect = shop.prospect(history, days, as_of)?;
    let outlook = Outlook::of(&prospect, f64::from(horizon_days), as_of);
    Judge::new(shop.model).assess(history, as_of, options, horizon_days, Some(outlook))
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
    options: StageOptions,
) -> Result<LifecycleStage> {
    Judge::new(*model).stage(history, as_of, options)
}

/// The median day of the next purchase, given a return within a year: at least the day after
/// `as_of`; `None` beyond the calendar.
pub fn next_order_date(prospect: &Prospect, as_of: i32) -> Option<i32> {
    day_within_a_year(prospect.next_return_days(YEAR_DAYS), as_of)
}

fn day_within_a_year(days: f64, as_of: i32) -> Option<i32> {
    // At most a year, so the cast is exact.
    let days = days.ceil().max(1.0) as i32;
    as_of.checked_add(days).filter(|&day| is_finite(day))
}

fn day_of_silence(history: &PurchaseHistory, silence: i64) -> Option<i32> {
    i32::try_from(i64::from(history.last_day) + silence)
        .ok()
        .filter(|&day| day < i32::MAX)
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
