//! The silence after which a customer of this shop has lapsed.

use crate::error::{Error, Result};
use crate::models::numerics::kaplan_meier::{Influence, KaplanMeier, Waits};
use crate::models::numerics::memory::{append, collected, push};
use crate::models::numerics::student_t::NORMAL_975;
use crate::models::numerics::sum::Sum;

/// Repeat customers below which there is no threshold, and waits at risk below which the
/// curve is not read.
pub const ENOUGH: u64 = 30;

/// The weight of a customer. Weights are whole numbers, so that their sums do not depend on
/// the order of the customers; this one can be dealt out exactly to up to 24 waits.
const WEIGHT: u64 = 5_354_228_880;

/// Waits of up to so many days, 44 years, are counted in place.
const SHORT: u32 = 1 << 14;

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

impl CustomerGaps {
    /// The weight of each gap, and of the silence.
    fn weight(&self) -> u64 {
        WEIGHT / (u64::from(self.gaps) + 1)
    }
}

/// When the customers of a shop, or of a part of it, have lapsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Lapse {
    /// Customers, each of whom is silent for some days.
    pub customers: u64,
    /// Gaps between consecutive purchases.
    pub gaps: u64,
    /// The share of waits that ever end, every customer counting for one, read at the last day
    /// that at least [`ENOUGH`] waits have reached.
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
    /// without a customer. The work is a few passes over all gaps.
    ///
    /// # Formula
    ///
    /// With F = 1 − S over all gaps and open silences, the waits of a customer with k gaps
    /// weighing 1/(k + 1) each, and F* = F at the last day with [`ENOUGH`] waits at risk, the
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
        if self.customers.is_empty() {
            return Ok(None);
        }
        let waits = self.curve(|_| 1)?;
        let curve = self.curve(CustomerGaps::weight)?;
        let end = waits.longest_with(ENOUGH);
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
            p40_gap: waits.ended_quantile(0.4),
            p80_gap: waits.ended_quantile(0.8),
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
            squares.add((customer.weight() as f64 * (ended + open)).powi(2));
        }
        let n = self.customers.len() as f64;
        Ok(squares.value() * n / (n - 1.0))
    }

    /// The curve of all waits, where `weight` is that of each wait of a customer.
    fn curve(&self, weight: impl Fn(&CustomerGaps) -> u64) -> Result<KaplanMeier> {
        let silences = self.customers.iter().map(|customer| customer.silence);
        let longest = self.gaps.iter().copied().chain(silences).max().unwrap_or(0);
        // Lengths are few, so they are counted and not sorted, but for those of decades.
        let mut waits = collected((0..=longest.min(SHORT)).map(none))?;
        let mut gaps = self.gaps.as_slice();
        for customer in &self.customers {
            let (own, rest) = gaps.split_at(customer.gaps as usize);
            gaps = rest;
            let weight = weight(customer);
            for &gap in own {
                of_length(&mut waits, gap)?.ended += weight;
            }
            of_length(&mut waits, customer.silence)?.open += weight;
        }
        waits.retain(|waits| waits.ended + waits.open > 0);
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

fn none(days: u32) -> Waits {
    Waits {
        days,
        ended: 0,
        open: 0,
    }
}

/// Where a wait is counted. [`KaplanMeier::new`] adds up the long ones of the same length.
fn of_length(waits: &mut Vec<Waits>, days: u32) -> Result<&mut Waits> {
    let mut at = days as usize;
    if days > SHORT {
        at = waits.len();
        push(waits, none(days))?;
    }
    Ok(&mut waits[at])
}

#[cfg(test)]
#[path = "lapse_threshold_tests.rs"]
mod tests;
