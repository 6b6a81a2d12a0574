//! When a silent customer changes stage.

use super::rules::{LOST_HORIZON, LifecycleStage, LostRule, Rule, Thresholds, lost_probability};
use crate::models::numerics::checks::CENTURY_DAYS;
use crate::models::prediction::model::PurchaseModel;
use crate::models::purchases::purchases::PurchaseHistory;
use std::ops::RangeInclusive;

/// Changes further ahead are not reported.
const HORIZON: i64 = CENTURY_DAYS as i64;

/// The silence, in days, at which the stage changes next if the customer buys
/// nothing, and the stage then. `None` for Lost and beyond a hundred years.
///
/// Every threshold switches its rule once, so the change is at the nearest threshold ahead. Only
/// whether the customer becomes lost depends on a probability.
pub(super) fn next_stage(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    thresholds: &Thresholds,
    silence: i64,
    rule: Rule,
) -> Option<(i64, LifecycleStage)> {
    let slowing = thresholds
        .slowing
        .map_or(i64::MAX, |after| after.saturating_add(1));
    let after_just_ordered = thresholds.just_ordered.saturating_add(1);
    let after_rhythm = thresholds.overdue.saturating_add(1);
    let day = match rule {
        Rule::Lost => return None,
        Rule::JustOrdered => after_just_ordered.min(slowing),
        Rule::Active => after_rhythm.min(slowing),
        Rule::Slowing | Rule::Overdue => {
            return lost_after(history, model, thresholds, silence)
                .map(|day| (day, LifecycleStage::Lost));
        }
    };
    (day <= silence + HORIZON).then(|| {
        let then = thresholds.rule(day, || {
            lost_probability(&model.silent_customer(history, day as f64))
        });
        (day, then.stage())
    })
}

/// The first of these silences at which the customer is in `stage`, if there is one within 100
/// years. Stages follow each other in their order, and some customers pass over one.
pub(super) fn silence_in(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    thresholds: &Thresholds,
    stage: LifecycleStage,
    silences: RangeInclusive<i64>,
) -> Option<i64> {
    let (least, most) = silences.into_inner();
    let is_in_stage = |silence: i64| {
        let rule = thresholds.rule(silence, || {
            lost_probability(&model.silent_customer(history, silence as f64))
        });
        rule.stage() == stage
    };
    let slowing = thresholds
        .slowing
        .map_or(i64::MAX, |after| after.saturating_add(1));
    let in_rhythm = thresholds.just_ordered.max(thresholds.overdue);
    let begins = match stage {
        LifecycleStage::JustOrdered => 0,
        LifecycleStage::Active => slowing.min(thresholds.just_ordered.saturating_add(1)),
        LifecycleStage::SlippingAway => slowing.min(in_rhythm.saturating_add(1)),
        // Nobody comes back from it, so most customers take one look.
        LifecycleStage::Lost if !is_in_stage(most) => return None,
        LifecycleStage::Lost => lost_after(history, model, thresholds, 0)?,
    };
    Some(begins.max(least)).filter(|&silence| silence <= most && is_in_stage(silence))
}

/// The first silence after `silence` days at which the customer is lost, if there is one
/// within 100 years.
pub(super) fn lost_after(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    thresholds: &Thresholds,
    silence: i64,
) -> Option<i64> {
    let earliest = silence.max(thresholds.just_ordered).max(thresholds.overdue) + 1;
    let latest = silence + HORIZON;
    match thresholds.lost {
        LostRule::Unlikely(below) => first_lost_day(history, model, below, earliest, latest),
        LostRule::SilentFor(days) => Some(earliest.max(days + 1)).filter(|&day| day <= latest),
    }
}

/// The first silence in `earliest..=latest` whose return probability is below `target`.
///
/// The probability falls with the silence, so the search brackets the day, with the same comparison
/// that decides the stage: the answer is the exact day. The points to try come from Newton's method
/// on ln P against ln(α+T). That is a straight line for long silences, so a few points suffice.
fn first_lost_day(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    target: f64,
    earliest: i64,
    latest: i64,
) -> Option<i64> {
    let moved = model.alpha + history.span() as f64;
    let shape = model.r + f64::from(history.repeat());
    // P >= target at `above` and below it from `below` on; the ends stand for
    // days that were not looked at.
    let mut above = earliest - 1;
    let mut below = latest.saturating_add(1);
    let mut candidate = earliest;
    let mut tries = 0;
    while above + 1 < below {
        let customer = model.silent_customer(history, candidate as f64);
        let probability = lost_probability(&customer);
        let lost = probability < target;
        if lost {
            below = candidate;
        } else {
            above = candidate;
        }
        tries += 1;
        let alive = customer.alive_probability();
        let within = probability / alive;
        let estimate = if tries == 1 {
            // Only P(alive) falling to what the target needs; the other factor
            // falls slowly.
            let needed = target / within;
            let odds = model.a / (model.b + f64::from(history.repeat()));
            let survival = odds * needed / (1.0 - needed);
            moved * (-survival.ln() / shape).exp_m1()
        } else {
            let rate = moved + candidate as f64;
            let ahead = LOST_HORIZON / rate;
            let slope =
                shape * (1.0 - alive) + shape * ahead / (1.0 + ahead) * (1.0 - within) / within;
            rate * ((probability / target).ln() / slope).exp() - moved
        };
        let next = if estimate.is_finite() && tries < 12 {
            // From a lost day look at the day before the root, else after it.
            (estimate.floor() as i64).saturating_add(i64::from(!lost))
        } else {
            i64::midpoint(above, below)
        };
        candidate = next.clamp(above + 1, (below - 1).max(above + 1));
    }
    (below <= latest).then_some(below)
}
