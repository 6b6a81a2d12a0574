//! The silence after which a customer of this shop has lapsed, in two passes over the customers. The first counts their
//! waits by length; the second adds up what the waits of each customer together contribute to the variance.

use super::lapse_outline::{Lapse, LapseOutline, gaps, silence};
use super::wait_counts::{Target, WaitCounts};
use crate::error::Result;
use crate::models::numerics::kaplan_meier::{Influence, KaplanMeier};
use crate::models::numerics::sum::Sum;

/// The first pass. Collects customers in any order and any number of parts.
#[derive(Debug, Default)]
pub struct LapseCounts {
    waits: WaitCounts,
    /// Of each repeat customer the mean gap.
    mean_gaps: Sum,
}

impl LapseCounts {
    /// Adds a customer's purchase days, ascending and up to `as_of`.
    ///
    /// # Errors
    ///
    /// When they go beyond `as_of`, or there is no memory for them.
    pub fn add(&mut self, days: &[i32], as_of: i32) -> Result<()> {
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return Ok(());
        };
        self.waits.add(gaps(days), silence(*last, as_of)?)?;
        if days.len() > 1 {
            let span = f64::from(last.abs_diff(*first));
            self.mean_gaps.add(span / (days.len() - 1) as f64);
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.mean_gaps.merge(&other.mean_gaps);
        self.waits.merge(&other.waits)
    }

    /// What the second pass and [`LapseOutline::lapse`] need for the threshold at which `share` of those who ever
    /// return have returned; `None` without a customer. Where the customers are few enough to be kept, nothing is left to
    /// the second pass.
    ///
    /// # Formula
    ///
    /// With F = 1 − S over all gaps and open silences, the waits of a customer with k gaps
    /// weighing 1/(k + 1) each, and F* = F at the last day with [`ENOUGH`](super::wait_counts::ENOUGH) waits at risk, the
    /// least t with F(t) ≥ `share`·F*. Whoever buys often has many waits, and short ones, so
    /// without weights the threshold is that of the few who buy most. Weighing by the inverse
    /// of a cluster's size is due to Williamson, Datta & Satten (2003), and for gaps between
    /// repeated events to Wang & Chang (1999), who leave out the last, open wait of those who
    /// came back.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn outline(&self, share: f64) -> Result<Option<Vec<u8>>> {
        let Some(curves) = self.waits.curves()? else {
            return Ok(None);
        };
        let (repeaters, curve) = (self.waits.repeaters(), &curves.weighted);
        let read = |target: Target| {
            let days = curve.quantile(target.reached)?;
            Some(influence(curve, days, target.end, share).map(|phi| (target, days, phi)))
        };
        let read = curves.target(share).and_then(read).transpose()?;
        let lapse = Lapse {
            customers: self.waits.customers(),
            gaps: curves.plain.ended(),
            ever_return_share: curves.ever_return_share(),
            threshold: None,
            mean_own_gap: (repeaters > 0).then(|| self.mean_gaps.value() / repeaters as f64),
            p40_gap: curves.plain.ended_quantile(0.4),
            p80_gap: curves.plain.ended_quantile(0.8),
        };
        let outline = LapseOutline::write(&lapse, curve, read.as_ref())?;
        match self.waits.kept() {
            Some(customers) => LapseOutline::open(&outline)?.finished(customers).map(Some),
            None => Ok(Some(outline)),
        }
    }
}

/// The influence of each length of wait on φ = F(`days`) − `share`·F(`end`).
fn influence(curve: &KaplanMeier, days: u32, end: u32, share: f64) -> Result<Vec<Influence>> {
    let mut phi = curve.influence(days)?;
    for (at, end) in phi.iter_mut().zip(curve.influence(end)?) {
        at.ended -= share * end.ended;
        at.open -= share * end.open;
    }
    Ok(phi)
}

#[cfg(test)]
#[path = "lapse_threshold_tests.rs"]
mod tests;
