//! Gamma-Gamma: what purchases come to, and between which sums those to come stay.

use crate::error::{Error, Result};
use crate::models::numerics::beta::Beta;
use crate::models::numerics::memory::push;
use crate::models::prediction::purchase_outlook::PurchaseOutlook;

/// The spend of the customers of a shop. A customer's purchases are Gamma(p, ν), and the rates ν of
/// the customers Gamma(q, γ).
///
/// Fader, Hardie & Lee (2005), "RFM and CLV", section 3.2; Colombo & Jiang (1999).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpendModel {
    /// Shape of a customer's purchases: the larger, the more alike.
    pub p: f64,
    /// Shape of the customers' rates: the larger, the more alike the customers. Above 1, so that
    /// there is a mean.
    pub q: f64,
    /// Scale of the customers' rates, an amount.
    pub gamma: f64,
}

/// The bounds of p: purchases that vary by 3 % are all the same, and by 1,000 % nearly all in one.
pub const P_BOUNDS: (f64, f64) = (0.01, 1_000.0);

/// The largest q.
pub const MOST_Q: f64 = 1e6;

/// Newton's method takes 4 to 8 steps; only rounding could ask for more.
const MOST_STEPS: usize = 100;

/// Numbers of purchases that differ by less than this share of them are put together: what the
/// customer spends on a purchase is far less certain.
const ALIKE: f64 = 0.05;

impl SpendModel {
    /// Checks a model that may have been put together by hand.
    ///
    /// # Errors
    ///
    /// When a field is out of range; the message names it.
    pub fn validate(&self) -> Result<()> {
        let (least, most) = P_BOUNDS;
        let problem = if !(least..=most).contains(&self.p) {
            format!("needs p between {least} and {most}, got {}", self.p)
        } else if !(self.q > 1.0 && self.q <= MOST_Q) {
            format!("needs q above 1 and up to {MOST_Q}, got {}", self.q)
        } else if !(self.gamma > 0.0 && self.gamma.is_finite()) {
            format!("needs a positive gamma, got {}", self.gamma)
        } else {
            return Ok(());
        };
        Err(Error::argument("spend", problem))
    }

    /// The least sums of the purchases to come that a customer, who has spent `spent` on `purchases`
    /// so far, does not exceed with each of the chances.
    ///
    /// # Formula
    ///
    /// Given N purchases the sum over γ + S is the odds of Beta(pN, q + pn): Fader, Hardie & Lee (2005),
    /// equation 4 for one purchase, with the rate's distribution after n purchases of the sum S,
    /// Gamma(q + pn, γ + S). Over N it is a mixture, whose quantile Newton's method finds in the
    /// logarithm of the odds.
    ///
    /// # Errors
    ///
    /// When there is no memory for the numbers of purchases.
    pub fn quantiles<const N: usize>(
        &self,
        purchases: f64,
        spent: f64,
        outlook: &PurchaseOutlook,
        chances: [f64; N],
    ) -> Result<[f64; N]> {
        if chances
            .iter()
            .all(|&chance| chance <= 1.0 - outlook.returns())
        {
            return Ok([0.0; N]);
        }
        let left = self.q + self.p * purchases;
        let parts = parts(outlook)?;
        let mut mixture = Vec::new();
        for &Numbers { chance, number } in &parts {
            push(&mut mixture, (chance, Beta::new(self.p * number, left)))?;
        }
        let mean = parts
            .iter()
            .map(|part| part.chance * part.number)
            .sum::<f64>();
        let start = (self.p * mean / outlook.returns() / (left - 1.0)).ln();
        let scale = self.gamma + spent;
        Ok(chances.map(|chance| {
            let beyond = chance - (1.0 - outlook.returns());
            if beyond > 0.0 {
                scale * quantile(&mixture, beyond, start).exp()
            } else {
                0.0
            }
        }))
    }
}

/// Numbers of purchases that are nearly the same.
#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    chance: f64,
    /// Their mean.
    number: f64,
}

/// The numbers of purchases with their chances, those beyond twenty in parts that grow with them, so
/// that there are at most 150.
fn parts(outlook: &PurchaseOutlook) -> Result<Vec<Numbers>> {
    let mut parts: Vec<Numbers> = Vec::new();
    let (mut first, mut problem) = (f64::NAN, None);
    outlook.each_number(|number, chance| match parts.last_mut() {
        Some(part) if number <= first * (1.0 + ALIKE) => {
            let both = part.chance + chance;
            if both > 0.0 {
                part.number += (number - part.number) * chance / both;
            }
            part.chance = both;
        }
        _ => {
            first = number;
            problem = problem
                .take()
                .or(push(&mut parts, Numbers { chance, number }).err());
        }
    });
    problem.map_or(Ok(parts), Err)
}

/// The logarithm of the odds below which the mixture has the chance.
fn quantile(mixture: &[(f64, Beta)], chance: f64, start: f64) -> f64 {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut u = start;
    for _ in 0..MOST_STEPS {
        let (mut below, mut slope) = (0.0, 0.0);
        for (weight, beta) in mixture {
            let (part, density) = beta.below_odds(u);
            below += weight * part;
            slope += weight * density;
        }
        let missing = chance - below;
        if missing > 0.0 {
            low = u;
        } else {
            high = u;
        }
        // Bounded, because far from the quantile there is no slope.
        let step = (missing / slope).clamp(-LONGEST_STEP, LONGEST_STEP);
        if missing == 0.0 || step.abs() < SETTLED {
            return u;
        }
        let next = u + step;
        // What is known already does not have to be looked at again.
        u = if next > low && next < high {
            next
        } else {
            f64::midpoint(low, high)
        };
    }
    u
}

/// In logarithms, a factor of 7.
const LONGEST_STEP: f64 = 2.0;

/// A step that changes no digit that is read.
const SETTLED: f64 = 1e-12;

#[cfg(test)]
#[path = "spend_tests.rs"]
mod tests;
