//! The share of waits that have ended by a day, from waits of which some are still open.

use super::memory::{collected, filled};
use crate::error::Result;

/// Waits of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Their length.
    pub days: u32,
    /// Those that ended with the event after exactly `days`.
    pub ended: u64,
    /// Those that were last seen after `days`, still open.
    pub open: u64,
}

/// The Kaplan–Meier curve.
///
/// # Formula
///
/// Kaplan & Meier (1958): S(t) = Π_{u ≤ t} (1 − d_u/Y_u) over the lengths u, of Y_u waits
/// that lasted at least u days (at risk) d_u having ended. A wait last seen open after u
/// days was at risk on day u.
#[derive(Clone, Debug)]
pub struct KaplanMeier {
    /// Ascending, every length once.
    steps: Vec<CurveStep>,
    /// Whether no wait is open.
    complete: bool,
}

#[derive(Clone, Copy, Debug)]
struct CurveStep {
    days: u32,
    at_risk: u64,
    ended: u64,
    /// S(days).
    survival: f64,
    /// Greenwood's sum Σ_{u ≤ days} d_u / (Y_u (Y_u − d_u)).
    greenwood: f64,
}

/// The influence of one wait on the share at a certain time, by its length: how far the share would
/// move, to first order, per unit of weight that the wait gets beyond 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Influence {
    /// Of a wait that ended.
    pub ended: f64,
    /// Of a wait still open.
    pub open: f64,
}

/// Shares that should be equal may differ by the rounding of a product over all steps.
const ROUNDING: f64 = 1e-10;

impl KaplanMeier {
    /// The curve of waits in any order; a length may occur more than once.
    ///
    /// # Errors
    ///
    /// When there is no memory for the curve.
    pub fn new(mut waits: Vec<Waits>) -> Result<Self> {
        waits.sort_unstable_by_key(|waits| waits.days);
        let mut at_risk: u64 = waits.iter().map(|waits| waits.ended + waits.open).sum();
        let complete = waits.iter().all(|waits| waits.open == 0);
        let (mut survival, mut greenwood) = (1.0, 0.0);
        let same_days = waits.chunk_by(|a, b| a.days == b.days);
        let steps = collected(same_days.map(|same| {
            let ended: u64 = same.iter().map(|waits| waits.ended).sum();
            let open: u64 = same.iter().map(|waits| waits.open).sum();
            let (risk, rest) = (at_risk as f64, (at_risk - ended) as f64);
            if ended > 0 {
                survival *= rest / risk;
                greenwood += ended as f64 / (risk * rest);
            }
            let step = CurveStep {
                days: same[0].days,
                at_risk,
                ended,
                survival,
                greenwood,
            };
            at_risk -= ended + open;
            step
        }))?;
        Ok(Self { steps, complete })
    }

    /// The share of waits that end within `days`, 1 − S(`days`). `None` where no wait has lasted
    /// that long, unless all waits have ended. A curve that reaches 0 only because the longest wait
    /// ended is not known beyond it.
    pub fn share(&self, days: u32) -> Option<f64> {
        let last = self.steps.last()?;
        let known = days <= last.days || self.complete;
        known.then(|| 1.0 - self.at(days).map_or(1.0, |step| step.survival))
    }

    /// The fewest days within which `share` of the waits end; `None` where the curve does
    /// not get there.
    pub fn quantile(&self, share: f64) -> Option<u32> {
        if share <= 0.0 {
            return Some(0);
        }
        let at = self
            .steps
            .partition_point(|step| !reaches(1.0 - step.survival, share));
        self.steps.get(at).map(|step| step.days)
    }

    /// How many lengths of wait there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// All lengths, ascending, and the share of the waits that end within them.
    pub fn shares(&self) -> impl ExactSizeIterator<Item = (u32, f64)> {
        self.steps
            .iter()
            .map(|step| (step.days, 1.0 - step.survival))
    }

    /// How many waits ended.
    pub fn ended(&self) -> u64 {
        self.steps.iter().map(|step| step.ended).sum()
    }

    /// The longest time, of at least a day, that `at_risk` waits have reached.
    pub fn longest_with(&self, at_risk: u64) -> Option<u32> {
        let at = self.steps.partition_point(|step| step.at_risk >= at_risk);
        let days = self.steps[..at].last()?.days;
        (days > 0).then_some(days)
    }

    /// The quantile of the waits that ended, the open ones being left out, interpolated
    /// as DuckDB's `quantile_cont` does: at rank (n−1)·`share` of the ranks from 0 on.
    pub fn ended_quantile(&self, share: f64) -> Option<f64> {
        let rank = self.ended().checked_sub(1)? as f64 * share;
        let (low, high) = (self.ended_at(rank.floor())?, self.ended_at(rank.ceil())?);
        Some(low + (high - low) * rank.fract())
    }

    /// The length of the wait of a rank among those that ended.
    fn ended_at(&self, rank: f64) -> Option<f64> {
        let mut below = 0;
        let step = self.steps.iter().find(|step| {
            below += step.ended;
            below as f64 > rank
        })?;
        Some(f64::from(step.days))
    }

    /// The variance of the share at `days` if all waits were independent.
    ///
    /// # Formula
    ///
    /// Greenwood (1926): S(t)² Σ_{u ≤ t} d_u / (Y_u (Y_u − d_u)).
    pub fn greenwood_variance(&self, days: u32) -> f64 {
        match self.at(days) {
            Some(step) if step.survival > 0.0 => step.survival.powi(2) * step.greenwood,
            _ => 0.0,
        }
    }

    /// The influence of every length of wait on the share at `days`, in the order of
    /// [`shares`](Self::shares).
    ///
    /// # Formula
    ///
    /// The derivative of 1 − S(t) by the weight of a wait of u days:
    /// S(t) · (\[it ended, u ≤ t\] / (Y_u − d_u) − Σ_{v ≤ min(u,t)} d_v / (Y_v (Y_v − d_v))).
    /// These are the linearized values of Williams (1995). They add up to 0, and without
    /// clusters their squares add up to Greenwood's variance.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn influence(&self, days: u32) -> Result<Vec<Influence>> {
        let Some(at) = self.at(days).filter(|at| at.survival > 0.0) else {
            // Nothing ended yet, or everything did: no single wait moves the share.
            return filled(Influence::default(), self.steps.len());
        };
        let influence = |step: &CurveStep| {
            let open = -at.survival * step.greenwood.min(at.greenwood);
            let ended = if step.days <= at.days {
                at.survival / (step.at_risk - step.ended) as f64
            } else {
                0.0
            };
            Influence {
                ended: ended + open,
                open,
            }
        };
        collected(self.steps.iter().map(influence))
    }

    /// The last step up to `days`.
    fn at(&self, days: u32) -> Option<&CurveStep> {
        let after = self.steps.partition_point(|step| step.days <= days);
        self.steps[..after].last()
    }
}

/// Whether a curve is as high as `share`, but for rounding.
pub fn reaches(height: f64, share: f64) -> bool {
    height >= share - ROUNDING
}

#[cfg(test)]
#[path = "kaplan_meier_tests.rs"]
mod tests;
