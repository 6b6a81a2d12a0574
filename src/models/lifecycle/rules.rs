//! The rules of the lifecycle stages, and where they turn for a customer.

use crate::error::{Error, Result};
use crate::models::numerics::checks::within;
use crate::models::prediction::mbg_nbd::Customer;
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

    /// All variants in their order.
    pub const ALL: [Self; 4] = [
        Self::JustOrdered,
        Self::Active,
        Self::SlippingAway,
        Self::Lost,
    ];
}

/// Which rule decided the stage, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rule {
    /// Overdue, and a return is unlikely even for this shop, or silent for `lost_after_gaps`.
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

/// What an analyst may change about the stages.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StageOptions {
    /// A purchase this recent is too early to judge; without it [`just_ordered_days`].
    pub just_ordered_days: Option<i32>,
    /// Lost is silent for more usual gaps than this; without it whoever is unlikely to return.
    pub lost_after_gaps: Option<f64>,
}

impl StageOptions {
    /// The defaults but for `just_ordered_days`.
    pub const fn just_ordered_within(days: i32) -> Self {
        Self {
            just_ordered_days: Some(days),
            lost_after_gaps: None,
        }
    }
}

/// How recent a purchase must be to be too early to judge, unless an analyst says otherwise.
///
/// # Formula
///
/// N = ⌊min(30, G₀)⌋. Where the typical gap is shorter than a month, as at a grocer's, 30 days
/// hold several purchases that did not come.
pub(super) fn just_ordered_days(typical_gap_days: f64) -> i32 {
    typical_gap_days.min(30.0) as i32
}

/// The days within which a return is unlikely for a lost customer. Fixed, so
/// that the horizon of a report does not move anybody's stage.
pub(super) const LOST_HORIZON: f64 = 180.0;

/// A customer is overdue beyond this many usual gaps.
pub(in crate::models) const OVERDUE: f64 = 1.1;

/// Nobody is asked to be silent for more usual gaps before they are lost.
const MOST_GAPS: f64 = 1_000.0;

/// The usual gap of a customer: their own gaps plus one typical gap.
///
/// # Formula
///
/// g = (G₀ + t) / (1 + x).
pub fn usual_gap(history: &PurchaseHistory, typical_gap_days: f64) -> f64 {
    (typical_gap_days + history.span() as f64) / (1.0 + f64::from(history.repeat()))
}

/// The return probability that decides whether a customer is lost.
pub(super) fn lost_probability(customer: &Customer) -> f64 {
    customer.return_probability(LOST_HORIZON)
}

/// When somebody who is overdue is lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum LostRule {
    /// The chance to return within [`LOST_HORIZON`] is below this.
    Unlikely(f64),
    /// The silence is longer than this many days.
    SilentFor(i64),
}

impl LostRule {
    /// Whether it holds after `silence` days; `probability` is the chance of a return.
    pub(super) fn holds(self, silence: i64, probability: impl FnOnce() -> f64) -> bool {
        match self {
            Self::Unlikely(below) => probability() < below,
            Self::SilentFor(days) => silence > days,
        }
    }
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
    /// Lost by this rule, once neither Just Ordered nor Active.
    pub(super) lost: LostRule,
}

impl Thresholds {
    pub(super) fn new(
        history: &PurchaseHistory,
        typical_gap_days: f64,
        lost_probability: f64,
        just_ordered_days: i32,
        lost_after_gaps: Option<f64>,
    ) -> Result<Self> {
        if just_ordered_days < 0 {
            return Err(Error::argument(
                "just_ordered_days",
                format!("must not be negative, got {just_ordered_days}"),
            ));
        }
        let usual_gap = usual_gap(history, typical_gap_days);
        Ok(Self {
            usual_gap,
            just_ordered: i64::from(just_ordered_days),
            overdue: (OVERDUE * usual_gap).floor() as i64,
            slowing: slowing_after(history, i64::from(just_ordered_days)),
            lost: match lost_after_gaps {
                Some(gaps) => {
                    within("lost_after_gaps", gaps, OVERDUE..=MOST_GAPS)?;
                    LostRule::SilentFor((gaps * usual_gap).floor() as i64)
                }
                None => LostRule::Unlikely(lost_probability),
            },
        })
    }

    /// The rule that decides after `silence` days; `probability` is the chance
    /// of a return and only asked for where it matters.
    pub(super) fn rule(&self, silence: i64, probability: impl FnOnce() -> f64) -> Rule {
        let just_ordered = silence <= self.just_ordered;
        let in_rhythm = silence <= self.overdue;
        if !just_ordered && !in_rhythm && self.lost.holds(silence, probability) {
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
