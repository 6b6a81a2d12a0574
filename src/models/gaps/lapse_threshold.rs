//! The silence after which a customer of this shop has lapsed.

use crate::error::{Error, Result};
use crate::models::numerics::kaplan_meier::{Influence, KaplanMeier, Waits};
use crate::models::numerics::memory::{append, collected, copied, push};
use crate::models::numerics::student_t::NORMAL_975;
use crate::models::numerics::sum::Sum;

/// Repeat customers below which there is no threshold, and waits at risk below which the
/// curve is not read.
pub const ENOUGH: u64 = 30;

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
    /// The share of waits that ever end, read at the last day that at least [`ENOUGH`] have
    /// reached.
    pub ever_return_share: Option<f64>,
    /// The threshold; `None` with fewer than [`ENOUGH`] repeat customers.
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
    /// without a customer. The work is a sort of all gaps and one pass over them: 0.2
    /// seconds for the 9 million gaps of a million customers.
    ///
    /// # Formula
    ///
    /// With F = 1 − S over all gaps and open silences, and F* = F at the last day with
    /// [`ENOUGH`] at risk, the least t with F(t) ≥ `share`·F*. The interval is that of
    /// Woodruff (1952): the days at which F reaches `share`·F* ± 1.96 standard errors of
    /// φ = F(t) − `share`·F*, both days being held fixed.
    ///
    /// # Errors
    ///
    /// When there is no memory for the curve.
    pub fn finish(&self, share: f64) -> Result<Option<Lapse>> {
        if self.customers.is_empty() {
            return Ok(None);
        }
        let curve = self.curve()?;
        let end = curve.longest_with(ENOUGH);
        let ever_return_share = end.and_then(|end| curve.share(end));
        let (repeaters, mean_own_gap) = self.own_gaps();
        let threshold = end
            .zip(ever_return_share)
            .filter(|_| repeaters >= ENOUGH)
            .map(|(end, ever)| self.threshold(&curve, end, share, share * ever))
            .transpose()?
            .flatten();
        Ok(Some(Lapse {
            customers: self.customers.len() as u64,
            gaps: self.gaps.len() as u64,
            ever_return_share,
            threshold,
            mean_own_gap,
            p40_gap: curve.ended_quantile(0.4),
            p80_gap: curve.ended_quantile(0.8),
        }))
    }

    /// `target` is `share` of what the curve reaches at `end`.
    fn threshold(
        &self,
        curve: &KaplanMeier,
        end: u32,
        share: f64,
        target: f64,
    ) -> Result<Option<Threshold>> {
        let Some(days) = curve.quantile(target) else {
            return Ok(None);
        };
        let mut phi = curve.influence(days)?;
        for (at, end) in phi.iter_mut().zip(curve.influence(end)?) {
            at.ended -= share * end.ended;
            at.open -= share * end.open;
        }
        let standard_error = self.clustered_variance(curve, &phi)?.sqrt();
        let upper = curve.quantile(target + NORMAL_975 * standard_error);
        let lower = curve.quantile(target - NORMAL_975 * standard_error);
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
    /// sum of their waits' influences, whose mean is 0.
    fn clustered_variance(&self, curve: &KaplanMeier, influence: &[Influence]) -> Result<f64> {
        let index = curve.index()?;
        let mut gaps = self.gaps.as_slice();
        // A double-double sum does not depend on the order of the customers.
        let mut squares = Sum::default();
        for customer in &self.customers {
            let (own, rest) = gaps.split_at(customer.gaps as usize);
            gaps = rest;
            let ended: f64 = own.iter().map(|&gap| influence[index.of(gap)].ended).sum();
            squares.add((ended + influence[index.of(customer.silence)].open).powi(2));
        }
        let n = self.customers.len() as f64;
        Ok(squares.value() * n / (n - 1.0))
    }

    fn curve(&self) -> Result<KaplanMeier> {
        let mut waits = Vec::new();
        count(copied(&self.gaps)?, |days, ended| {
            let open = 0;
            push(&mut waits, Waits { days, ended, open })
        })?;
        count(
            collected(self.customers.iter().map(|c| c.silence))?,
            |days, open| {
                let ended = 0;
                push(&mut waits, Waits { days, ended, open })
            },
        )?;
        KaplanMeier::new(waits)
    }

    /// The repeat customers, and the mean of their mean gaps.
    fn own_gaps(&self) -> (u64, Option<f64>) {
        let mut gaps = self.gaps.as_slice();
        let (mut repeaters, mut sum) = (0, Sum::default());
        for customer in self.customers.iter().filter(|customer| customer.gaps > 0) {
            let (own, rest) = gaps.split_at(customer.gaps as usize);
            gaps = rest;
            let span: u64 = own.iter().map(|&gap| u64::from(gap)).sum();
            sum.add(span as f64 / own.len() as f64);
            repeaters += 1;
        }
        let mean = (repeaters > 0).then(|| sum.value() / repeaters as f64);
        (repeaters, mean)
    }
}

/// Calls `each` with every length and how often it occurs.
fn count(mut lengths: Vec<u32>, mut each: impl FnMut(u32, u64) -> Result<()>) -> Result<()> {
    lengths.sort_unstable();
    let mut same = lengths.chunk_by(|a, b| a == b);
    same.try_for_each(|same| each(same[0], same.len() as u64))
}

#[cfg(test)]
#[path = "lapse_threshold_tests.rs"]
mod tests;
