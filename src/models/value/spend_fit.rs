//! Fitting Gamma-Gamma to what the customers of a shop spent.

use super::spend::{MOST_Q, P_BOUNDS, SpendModel};
use crate::error::Result;
use crate::models::numerics::gamma::ln_gamma_and_digamma;
use crate::models::numerics::median::median;
use crate::models::numerics::memory::{append, collected, push};
use crate::models::numerics::optimize::bfgs;

/// The most customers that the fit sees, which bounds its time.
const SAMPLE: usize = 20_000;

/// Halvings of the interval of p, to the last digit.
const HALVINGS: usize = 60;

/// Per customer.
const GRADIENT_TOLERANCE: f64 = 1e-9;

/// What a customer spent on the days on which they spent anything.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spender {
    days: f64,
    sum: f64,
    /// The sum of the squares of the days' shares in the sum: 1/days where all days are alike.
    concentration: f64,
}

/// Collects customers in any order and any number of parts.
#[derive(Debug, Default)]
pub struct SpendFit {
    spenders: Vec<Spender>,
}

impl SpendFit {
    /// Adds one customer with the sum of each day. Days that brought nothing, or a loss, tell nothing
    /// of what a purchase comes to.
    ///
    /// # Errors
    ///
    /// When there is no memory for the customer.
    pub fn add(&mut self, days: impl Iterator<Item = f64> + Clone) -> Result<()> {
        let days = days.filter(|&spent| spent > 0.0);
        let sum: f64 = days.clone().sum();
        if !(sum > 0.0 && sum.is_finite()) {
            return Ok(());
        }
        let concentration = days.clone().map(|spent| (spent / sum).powi(2)).sum();
        let days = days.count() as f64;
        push(
            &mut self.spenders,
            Spender {
                days,
                sum,
                concentration,
            },
        )
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.spenders, &other.spenders)
    }

    /// The model, of 20,000 evenly spaced ones of the sorted customers at most; `None` where nobody
    /// spent anything. Nothing is consumed, so more customers may be added afterwards.
    ///
    /// # Errors
    ///
    /// When there is no memory for the sample.
    pub fn finish(&mut self) -> Result<Option<SpendModel>> {
        // By all that is known of them, so that equal ones alone are in no order.
        self.spenders.sort_unstable_by(|one, other| {
            (one.days.total_cmp(&other.days))
                .then(one.sum.total_cmp(&other.sum))
                .then(one.concentration.total_cmp(&other.concentration))
        });
        let (all, taken) = (self.spenders.len(), self.spenders.len().min(SAMPLE));
        // ⌊(j+½)·n/taken⌋, as in the fit of the purchase model.
        let places = (0..taken).map(|j| (2 * j + 1) * all / (2 * taken));
        let sample = collected(places.map(|place| self.spenders[place]))?;
        let mut means = collected(sample.iter().map(|spender| spender.sum / spender.days))?;
        let p = shape(&sample);
        Ok(median(&mut means).map(|typical| customers(&sample, p, typical)))
    }
}

/// The shape p of a customer's purchases.
///
/// # Formula
///
/// Whatever the rate, the shares of n purchases in their sum are Dirichlet(p, …, p), so the sum of
/// their squares C has the mean (p + 1)/(np + 1). Method of moments over the customers:
/// Σ (1 − 1/n)/(np + 1) = Σ (C − 1/n), with one more customer of two purchases whose C is that of p = 1, an
/// exponential distribution, which stands for what is believed before. A share is at most 1, so no
/// single amount decides.
fn shape(spenders: &[Spender]) -> f64 {
    let found: f64 = spenders
        .iter()
        .map(|spender| spender.concentration - 1.0 / spender.days)
        .sum();
    let of = |days: f64, p: f64| (1.0 - 1.0 / days) / (days * p + 1.0);
    let (mut low, mut high) = P_BOUNDS;
    for _ in 0..HALVINGS {
        let p = (low * high).sqrt();
        let expected: f64 = spenders.iter().map(|spender| of(spender.days, p)).sum();
        if expected + of(2.0, p) > found + of(2.0, 1.0) {
            low = p;
        } else {
            high = p;
        }
    }
    (low * high).sqrt()
}

/// The model of customers whose purchases have the shape p and come to `typical` at the median.
///
/// # Formula
///
/// Maximum a posteriori of ln w and ln γ, q = 1 + pw: the mean purchase of a customer is drawn to the
/// shop's with the weight of w purchases. ln w is Normal(0, 1) before, around the one purchase of
/// [`order_value`](super::tiers::order_value); γ may be anything. The likelihood of a sum S of n purchases is, but for what is the
/// same for all parameters, γ^q Γ(q + pn) / (Γ(q) (γ + S)^(q + pn)): Fader, Hardie & Lee (2005),
/// section 3.2.
fn customers(spenders: &[Spender], p: f64, typical: f64) -> SpendModel {
    let everybody = spenders.len() as f64;
    let objective = |&[ln_w, ln_scale]: &[f64; 2]| {
        let (more, scale) = (p * ln_w.exp(), ln_scale.exp());
        let q = 1.0 + more;
        if q > MOST_Q {
            return (f64::INFINITY, [f64::NAN; 2]);
        }
        let of_q = ln_gamma_and_digamma(q);
        let (mut value, mut by_q, mut by_scale) = (0.5 * ln_w * ln_w, 0.0, 0.0);
        // Sorted by their days, on which the gamma functions depend.
        for alike in spenders.chunk_by(|one, other| one.days == other.days) {
            let count = alike.len() as f64;
            let shape = q + p * alike[0].days;
            let of_shape = ln_gamma_and_digamma(shape);
            value -= count * (of_shape.0 - of_q.0 + q * ln_scale);
            by_q -= count * (of_shape.1 - of_q.1 + ln_scale);
            for spender in alike {
                let all = scale + spender.sum / typical;
                value += shape * all.ln();
                by_q += all.ln();
                by_scale += shape * scale / all;
            }
            by_scale -= count * q;
        }
        let gradient = [ln_w + more * by_q, by_scale];
        (value / everybody, gradient.map(|slope| slope / everybody))
    };
    // γ so that the mean purchase, pγ/(q − 1), is the typical one.
    let [ln_w, ln_scale] = bfgs(objective, [0.0, 0.0], None, GRADIENT_TOLERANCE).point;
    SpendModel {
        p,
        q: 1.0 + p * ln_w.exp(),
        gamma: typical * ln_scale.exp(),
    }
}

#[cfg(test)]
#[path = "spend_fit_tests.rs"]
mod tests;
