//! The silence after which a customer of this shop has lapsed.

use super::wait_counts::{Target, WaitCounts, WaitCurves, weight};
use crate::error::{Error, Result};
use crate::models::numerics::kaplan_meier::{Influence, KaplanMeier};
use crate::models::numerics::memory::{append, push};
use crate::models::numerics::student_t::NORMAL_975;
use crate::models::numerics::sum::Sum;

/// Collects customers in any order and any number of parts.
#[derive(Debug, Default)]
pub struct LapseThreshold {
    /// The days between purchases, customer after customer.
    gaps: Vec<u32>,
    customers: Vec<CustomerGaps>,
}

#[derive(Clone, Copy, Debug)]
struct CustomerGaps {
    gaps: u32,
    silence: u32,
}

/// When the customers of a shop, or of a part of it, have lapsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Lapse {
    /// Customers, each of whom is silent for some days.
    pub customers: u64,
    /// Gaps between consecutive purchases.
    pub gaps: u64,
    /// The share of waits that ever end, every customer counting for one, read at the last day
    /// that at least [`ENOUGH`](super::wait_counts::ENOUGH) waits have reached.
    pub ever_return_share: Option<f64>,
    /// The threshold; `None` with fewer than [`ENOUGH`](super::wait_counts::ENOUGH) repeat customers.
    pub threshold: Option<Threshold>,
    /// The mean over repeat customers of their mean gap.
    pub mean_own_gap: Option<f64>,
    /// The 40th percentile of the gaps.
    pub p40_gap: Option<f64>,
    /// The 80th percentile of the gaps.
    pub p80_gap: Option<f64>,
}

/// A number of days and its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The estimate.
    pub days: u32,
    /// The lower end of the 95 % interval.
    pub lower: u32,
    /// The upper end; `None` where it lies beyond what can be read from the curve.
    pub upper: Option<u32>,
    /// The standard error of the share that the threshold is read at.
    pub standard_error: f64,
}

impl LapseThreshold {
    /// Adds a customer's purchase days, ascending and up to `as_of`.
    ///
    /// # Errors
    ///
    /// The first of the days, or when they go beyond `as_of`, or there is no memory for them.
    pub fn add(&mut self, mut days: impl Iterator<Item = Result<i32>>, as_of: i32) -> Result<()> {
        let Some(first) = days.next() else {
            return Ok(());
        };
        let mut last = first?;
        let before = self.gaps.len();
        for day in days {
            let day = day?;
            push(&mut self.gaps, day.abs_diff(last))?;
            last = day;
        }
        if last > as_of {
            return Err(Error::argument("days", "must not be after as_of"));
        }
        let customer = CustomerGaps {
            gaps: (self.gaps.len() - before) as u32,
            silence: as_of.abs_diff(last),
        };
        push(&mut self.customers, customer)
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.gaps, &other.gaps)?;
        append(&mut self.customers, &other.customers)
    }

    /// The threshold at which `share` of those who ever return have returned; `None`
    /// without a customer. The work is a few passes over all gaps.
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
    /// The interval is that of Woodruff (1952): the days at which F reaches `share`·F* ± 1.96
    /// standard errors of φ = F(t) − `share`·F*, both days being held fixed.
    ///
    /// # Errors
    ///
    /// When there is no memory for the curve.
    pub fn finish(&self, share: f64) -> Result<Option<Lapse>> {
        let Some(curves) = self.curves()? else {
            return Ok(None);
        };
        let threshold = curves
            .target(share)
            .map(|target| self.threshold(&curves.weighted, target, share))
            .transpose()?
            .flatten();
        Ok(Some(Lapse {
            customers: self.customers.len() as u64,
            gaps: self.gaps.len() as u64,
            ever_return_share: curves.ever_return_share(),
            threshold,
            mean_own_gap: self.mean_own_gap(),
            p40_gap: curves.plain.ended_quantile(0.4),
            p80_gap: curves.plain.ended_quantile(0.8),
        }))
    }

    fn threshold(
        &self,
        curve: &KaplanMeier,
        Target { end, reached }: Target,
        share: f64,
    ) -> Result<Option<Threshold>> {
        let Some(days) = curve.quantile(reached) else {
            return Ok(None);
        };
        let mut phi = curve.influence(days)?;
        for (at, end) in phi.iter_mut().zip(curve.influence(end)?) {
            at.ended -= share * end.ended;
            at.open -= share * end.open;
        }
        let standard_error = self.clustered_variance(curve, &phi)?.sqrt();
        let upper = curve.quantile(reached + NORMAL_975 * standard_error);
        let lower = curve.quantile(reached - NORMAL_975 * standard_error);
        Ok(lower.map(|lower| Threshold {
            days,
            lower,
            upper: upper.filter(|&upper| upper <= end),
            standard_error,
        }))
    }

    /// The variance of the statistic with this influence, where customers are independent but the
    /// waits of one customer are not.
    ///
    /// # Formula
    ///
    /// Williams (1995): n/(n−1) times the sum over the n customers of the square of the
    /// sum of their waits' influences, each times its weight, whose mean is 0.
    fn clustered_variance(&self, curve: &KaplanMeier, influence: &[Influence]) -> Result<f64> {
        let index = curve.index()?;
        let mut gaps = self.gaps.as_slice();
        // A double-double sum does not depend on the order of the customers.
        let mut squares = Sum::default();
        for customer in &self.customers {
            let (own, rest) = gaps.split_at(customer.gaps as usize);
            gaps = rest;
            let ended: f64 = own.iter().map(|&gap| influence[index.of(gap)].ended).sum();
            let open = influence[index.of(customer.silence)].open;
            squares.add((weight(own.len()) as f64 * (ended + open)).powi(2));
        }
        let n = self.customers.len() as f64;
        Ok(squares.value() * n / (n - 1.0))
    }

    /// How all waits ended; `None` without a customer.
    fn curves(&self) -> Result<Option<WaitCurves>> {
        let mut counts = WaitCounts::default();
        let mut gaps = self.gaps.as_slice();
        for customer in &self.customers {
            let (own, rest) = gaps.split_at(customer.gaps as usize);
            gaps = rest;
            counts.add(own.iter().copied(), customer.silence)?;
        }
        counts.curves()
    }

    /// The mean over repeat customers of their mean gap.
    fn mean_own_gap(&self) -> Option<f64> {
        let mut gaps = self.gaps.as_slice();
        let (mut repeaters, mut sum) = (0_u32, Sum::default());
        for customer in self.customers.iter().filter(|customer| customer.gaps > 0) {
            let (own, rest) = gaps.split_at(customer.gaps as usize);
            gaps = rest;
            let span: u64 = own.iter().map(|&gap| u64::from(gap)).sum();
            sum.add(span as f64 / own.len() as f64);
            repeaters += 1;
        }
        (repeaters > 0).then(|| sum.value() / f64::from(repeaters))
    }
}

#[cfg(test)]
#[path = "lapse_threshold_tests.rs"]
mod tests;
