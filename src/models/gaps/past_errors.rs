//! Between which sums the revenue of a cohort stays, by what expectations of the past were off.

use crate::models::numerics::normal::student_quantile;

/// The share of cohorts below the interval, and above it.
const TAIL: f64 = 0.1;

/// What a customer, or a cohort, is expected to spend within some days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expectation {
    /// The revenue.
    pub revenue: f64,
    /// The logarithm of the chance that nothing is bought.
    pub ln_none: f64,
}

impl Expectation {
    /// A customer who buys at all with the chance `returns`.
    pub fn of(revenue: f64, returns: f64) -> Self {
        // Who spends nothing when they buy is as one who does not buy.
        let none = if revenue > 0.0 { 1.0 - returns } else { 1.0 };
        Self {
            revenue,
            ln_none: none.max(f64::MIN_POSITIVE).ln(),
        }
    }
}

/// How far expectations of the past were from what followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PastErrors {
    /// The logarithm of the factor that the shop's expectations need.
    pub level: f64,
    /// The variance of that logarithm in another window.
    pub level_variance: f64,
    /// The variance of a customer's revenue, per unit expected.
    pub dispersion: f64,
    /// The degrees of freedom with which that is known.
    pub freedom: f64,
    /// The variance of a cohort's revenue beyond that, per squared unit expected.
    pub spread: f64,
}

impl PastErrors {
    /// The 80 % interval of a cohort's revenue, `stretch` times as far ahead as the windows reach; `None`
    /// where its variance is more than an `f64` holds.
    ///
    /// # Formula
    ///
    /// With the level c the mean is F = cE, the variance W = stretch·(φF + (τ² + s²)F²), and the chance that
    /// nobody buys π = (Π pᵢ)^c, pᵢ the chance of each customer not to. W/F² is at least 1/λ, π = exp(−λ): that
    /// of equal purchases which come at random (Poisson). What is spent by cohorts of which
    /// somebody buys has a lognormal distribution, so that with nothing else it has these moments:
    /// σ² = ln(1 + W/F²) + ln(1 − π), and a quantile F/(1 − π)·exp(−σ²/2 + tσ). t is that of Student's
    /// distribution with ν(W/(stretch·φF))² degrees of freedom, because φ is an estimate: Satterthwaite (1946),
    /// *Biometrics Bulletin* 2. An interval that would end before F ends at F.
    pub fn interval(&self, expected: &Expectation, stretch: f64) -> Option<(f64, f64)> {
        let level = self.level.exp();
        let mean = level * expected.revenue;
        if mean <= 0.0 {
            return Some((0.0, 0.0));
        }
        let own = self.dispersion / mean;
        let relative = own + self.spread + self.level_variance;
        let purchases = -level * expected.ln_none;
        let none = (-purchases).exp();
        let ln_some = (-none).ln_1p();
        let total = (stretch * relative).max(1.0 / purchases);
        let variance = (total.ln_1p() + ln_some).max(0.0);
        let freedom = if own > 0.0 {
            self.freedom * (relative / own).powi(2)
        } else {
            f64::INFINITY
        };
        let end = |chance: f64| {
            if chance <= none {
                return 0.0;
            }
            let t = student_quantile((chance - none) / (1.0 - none), freedom);
            mean * (t * variance.sqrt() - 0.5 * variance - ln_some).exp()
        };
        let ends = (end(TAIL).min(mean), end(1.0 - TAIL).max(mean));
        (ends.0.is_finite() && ends.1.is_finite()).then_some(ends)
    }
}
