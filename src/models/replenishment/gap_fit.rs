//! Fitting the model of gaps to a shop.

use super::gap_model::{GapModel, SHAPES, SIZES};
use crate::error::{Error, Result};
use crate::models::numerics::checks::{changed, finite, finite_day};
use crate::models::numerics::memory::{grow, grow_map, push};
use crate::models::numerics::optimize::bfgs;
use crate::models::numerics::sum::Sum;
use crate::models::prediction::log_sums::LogSums;
use crate::models::prediction::sample::CustomerSample;
use crate::models::purchases::packed_gaps::gaps;
use std::collections::HashMap;

/// Collects customers with a product, in any order and any number of parts.
#[derive(Debug, Default)]
pub struct GapFit {
    as_of: Option<i32>,
    /// Those who bought it on one day, by this day.
    once: HashMap<i32, u64>,
    /// A sample of the others, by the last day and the gaps.
    repeated: CustomerSample,
    repeaters: u64,
    quantity_square: Sum,
    quantity_product: Sum,
    buffer: Vec<i32>,
}

/// No more days of single purchases and gaps are looked at: with so many, evenly chosen ones say
/// the same. It bounds the time.
const MOST_ONCE: usize = 20_000;
const MOST_GAPS: usize = 200_000;

/// Per customer and product, so the same for every shop.
const GRADIENT_TOLERANCE: f64 = 1e-9;

/// θ = (ln a, ln of the typical gap (b/a)^(1/k), ln k, logit of the mean probability to leave, ln
/// of the sum of its beta parameters), normal and wide: as in MBG/NBD's fit, and gaps neither more
/// regular than by chance nor less.
const PRIOR_MEAN: [f64; 5] = [
    0.0,
    // ln 90, 0, logit 0.4 and ln 2.
    4.499_809_670_330_265,
    0.0,
    -0.405_465_108_108_164_4,
    std::f64::consts::LN_2,
];
const PRIOR_DEVIATION: [f64; 5] = [1.0, 1.5, 0.5, 1.5, 1.0];

impl GapFit {
    /// Adds a customer with a product: the last day, the gaps before it, packed, and what the
    /// quantities say of the gaps. `as_of` is the same for all.
    ///
    /// # Errors
    ///
    /// When the gaps are none, a number is impossible, or there is no memory.
    pub fn add(
        &mut self,
        last: i32,
        packed: &[u8],
        as_of: i32,
        (square, product): (f64, f64),
    ) -> Result<()> {
        self.ask_for(finite_day("as_of", as_of)?)?;
        let last = finite_day("last", last)?;
        if last > as_of {
            return Err(Error::argument("last", "must not be after as_of"));
        }
        if packed.is_empty() {
            grow_map(&mut self.once)?;
            let count = self.once.entry(last).or_default();
            *count = count.saturating_add(1);
            return Ok(());
        }
        self.buffer.clear();
        push(&mut self.buffer, last)?;
        for gap in gaps(packed) {
            let gap = gap.ok_or_else(|| Error::argument("gaps", "must be gaps, packed"))?;
            push(&mut self.buffer, gap as i32)?;
        }
        self.repeated.add(&self.buffer, None)?;
        self.repeaters = self.repeaters.saturating_add(1);
        self.quantity_square.add(finite("quantity_square", square)?);
        self.quantity_product
            .add(finite("quantity_product", product)?);
        Ok(())
    }

    fn ask_for(&mut self, as_of: i32) -> Result<()> {
        if *self.as_of.get_or_insert(as_of) == as_of {
            return Ok(());
        }
        Err(changed("as_of"))
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it, or `as_of` differs.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if let Some(as_of) = other.as_of {
            self.ask_for(as_of)?;
        }
        for (&day, &count) in &other.once {
            grow_map(&mut self.once)?;
            let sum = self.once.entry(day).or_default();
            *sum = sum.saturating_add(count);
        }
        self.repeated.merge(&other.repeated)?;
        self.repeaters = self.repeaters.saturating_add(other.repeaters);
        self.quantity_square.merge(&other.quantity_square);
        self.quantity_product.merge(&other.quantity_product);
        Ok(())
    }

    /// The parameters; `None` without a customer.
    ///
    /// # Errors
    ///
    /// When there is no memory for the observations.
    pub fn finish(&mut self) -> Result<Option<GapModel>> {
        let Some(as_of) = self.as_of else {
            return Ok(None);
        };
        let seen = self.waits(as_of)?;
        let weight: f64 = seen.all.iter().map(|one| one.weight).sum();
        let objective = |theta: &[f64; 5]| {
            let (likelihood, gradient) = seen.log_likelihood(theta);
            let mut value = -likelihood;
            let mut slopes = gradient.map(|slope| -slope);
            for (i, slope) in slopes.iter_mut().enumerate() {
                let off = (theta[i] - PRIOR_MEAN[i]) / PRIOR_DEVIATION[i];
                value += 0.5 * off * off;
                *slope += off / PRIOR_DEVIATION[i];
            }
            (value / weight, slopes.map(|slope| slope / weight))
        };
        let minimum = bfgs(objective, seen.start(), None, GRADIENT_TOLERANCE);
        let (square, product) = (self.quantity_square.value(), self.quantity_product.value());
        // Least squares within customers and products; without a difference of quantities none counts.
        let power = if square > 0.0 { product / square } else { 0.0 };
        Ok(Some(GapModel {
            quantity_power: power.clamp(0.0, 1.0),
            ..parameters(&minimum.point)
        }))
    }

    /// Sorted by the number of gaps.
    fn waits(&mut self, as_of: i32) -> Result<ProductWaits> {
        let mut seen = ProductWaits::default();
        let mut days = Vec::new();
        grow(&mut days, self.once.len())?;
        days.extend(self.once.iter().map(|(&day, &count)| (day, count)));
        days.sort_unstable();
        let kept = days.len().min(MOST_ONCE);
        let chosen = |at: usize| days[(2 * at + 1) * days.len() / (2 * kept)];
        let total: f64 = days.iter().map(|&(_, count)| count as f64).sum();
        let of_kept: f64 = (0..kept).map(|at| chosen(at).1 as f64).sum();
        for at in 0..kept {
            let (day, count) = chosen(at);
            seen.add(as_of, day, &[], count as f64 * total / of_kept)?;
        }
        let once = seen.all.len();
        let mut of_kept = 0.0;
        for customer in self.repeated.customers()? {
            if seen.gaps.len() >= MOST_GAPS {
                break;
            }
            let (last, gaps) = customer.days().split_first().unwrap_or((&as_of, &[]));
            seen.add(as_of, *last, gaps, customer.weight())?;
            of_kept += customer.weight();
        }
        for one in &mut seen.all[once..] {
            one.weight *= self.repeaters as f64 / of_kept;
        }
        // Of equals the order is that of the sample, which depends on nothing but the data.
        seen.all.sort_by_key(|one| one.count);
        Ok(seen)
    }
}

/// One customer with a product, or several who are alike.
#[derive(Clone, Copy, Debug)]
struct ProductWait {
    count: u64,
    /// The place of the gaps among all.
    gaps: (usize, usize),
    /// Σ ln g.
    logarithms: f64,
    /// ln u; −∞ for none.
    silence: f64,
    weight: f64,
}

#[derive(Debug, Default)]
struct ProductWaits {
    all: Vec<ProductWait>,
    /// ln g and how often.
    gaps: Vec<(f64, f64)>,
}

impl ProductWaits {
    fn add(&mut self, as_of: i32, last: i32, days: &[i32], weight: f64) -> Result<()> {
        let mut sorted = Vec::new();
        grow(&mut sorted, days.len())?;
        // Gaps beyond an i32 wrap when they are sampled, and back here.
        sorted.extend(days.iter().map(|&gap| gap as u32));
        sorted.sort_unstable();
        let from = self.gaps.len();
        for same in sorted.chunk_by(u32::eq) {
            push(&mut self.gaps, (f64::from(same[0]).ln(), same.len() as f64))?;
        }
        let gaps = (from, self.gaps.len());
        let silence = (i64::from(as_of) - i64::from(last)) as f64;
        let logarithms = self.gaps[from..].iter().map(|(ln, times)| ln * times).sum();
        let one = ProductWait {
            count: days.len() as u64,
            gaps,
            logarithms,
            silence: silence.ln(),
            weight,
        };
        push(&mut self.all, one)
    }

    /// The prior's mean, with the geometric mean of the gaps.
    fn start(&self) -> [f64; 5] {
        let mut theta = PRIOR_MEAN;
        let sum = |of: fn(&ProductWait) -> f64| -> f64 {
            self.all.iter().map(|one| one.weight * of(one)).sum()
        };
        let count = sum(|one| one.count as f64);
        if count > 0.0 {
            theta[1] = sum(|one| one.logarithms) / count;
        }
        theta
    }

    /// The log likelihood and its gradient in θ.
    ///
    /// # Formula
    ///
    /// With A = a+n, S = Σgᵏ, U = uᵏ, l and s the beta parameters of leaving:
    /// Σ_{i<n} ln(a+i) + a ln b + n ln k + (k−1) Σ ln g − A ln(b+S)
    /// + Σ_{i<n} ln(s+i) − Σ_{i≤n} ln(l+s+i) + ln(l + (s+n)·((b+S)/(b+S+U))^A).
    fn log_likelihood(&self, theta: &[f64; 5]) -> (f64, [f64; 5]) {
        let model = parameters(theta);
        let GapModel {
            shape: k,
            rate_shape: a,
            rate_scale: b,
            leaving,
            staying,
            ..
        } = model;
        let total = leaving + staying;
        let (mut rate, mut stay, mut all) =
            (LogSums::new(a), LogSums::new(staying), LogSums::new(total));
        let (log_k, log_b) = (k.ln(), b.ln());
        let mut value = 0.0;
        let [mut by_a, mut by_b, mut by_k, mut by_leaving, mut by_staying] = [0.0; 5];
        for one in &self.all {
            let n = one.count as f64;
            rate.advance_to(one.count);
            stay.advance_to(one.count);
            all.advance_to(one.count + 1);
            let (mut spent, mut spent_by_k) = (0.0, 0.0);
            for &(logarithm, times) in &self.gaps[one.gaps.0..one.gaps.1] {
                let power = times * (k * logarithm).exp();
                spent += power;
                spent_by_k += power * logarithm;
            }
            let silence = (k * one.silence).exp();
            let silence_by_k = if silence > 0.0 {
                silence * one.silence
            } else {
                0.0
            };
            let shape = a + n;
            let (before, now) = (b + spent, b + spent + silence);
            let log_before = before.ln();
            let log_ratio = log_before - now.ln();
            let survival = (shape * log_ratio).exp();
            let mix = leaving + (staying + n) * survival;
            let alive = (staying + n) * survival / mix;
            value += one.weight
                * (rate.logs + a * log_b + n * log_k + (k - 1.0) * one.logarithms
                    - shape * log_before
                    + stay.logs
                    - all.logs
                    + mix.ln());
            by_a += one.weight * (rate.inverses + log_b - log_before + alive * log_ratio);
            by_b +=
                one.weight * (a / b - shape / before + alive * shape * (1.0 / before - 1.0 / now));
            by_k += one.weight
                * (n / k + one.logarithms - shape * spent_by_k / before
                    + alive * shape * (spent_by_k / before - (spent_by_k + silence_by_k) / now));
            by_leaving += one.weight * (1.0 / mix - all.inverses);
            by_staying += one.weight * (stay.inverses + survival / mix - all.inverses);
        }
        let mean = leaving / total;
        let gradient = [
            a * by_a + b * by_b,
            k * b * by_b,
            k * (by_k + theta[1] * b * by_b),
            total * mean * (1.0 - mean) * (by_leaving - by_staying),
            leaving * by_leaving + staying * by_staying,
        ];
        (value, gradient)
    }
}

/// At θ, within the bounds that the prior keeps all real shops in.
fn parameters(theta: &[f64; 5]) -> GapModel {
    let rate_shape = theta[0].exp().clamp(*SIZES.start(), *SIZES.end());
    let shape = theta[2].exp().clamp(*SHAPES.start(), *SHAPES.end());
    let total = theta[4].exp().clamp(*SIZES.start(), *SIZES.end());
    let odds = theta[3].clamp(-12.0, 12.0);
    GapModel {
        shape,
        rate_shape,
        rate_scale: rate_shape * (shape * theta[1].clamp(-7.0, 26.0)).exp(),
        leaving: total / (1.0 + (-odds).exp()),
        staying: total / (1.0 + odds.exp()),
        quantity_power: 0.0,
    }
}

#[cfg(test)]
#[path = "gap_fit_tests.rs"]
mod tests;
