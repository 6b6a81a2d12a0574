//! The distribution function of the beta distribution.

use super::gamma::ln_beta;

/// A beta distribution, or the beta prime distribution of its odds, x/(1 − x).
#[derive(Clone, Copy, Debug)]
pub(in crate::models) struct Beta {
    a: f64,
    b: f64,
    /// ln B(a, b).
    ln_beta: f64,
}

/// The continued fraction takes some √max(a, b) steps; only rounding could ask for more.
const MOST_STEPS: u32 = 20_000;

/// A denominator of 0 becomes this, Lentz's remedy.
const TINY: f64 = 1e-300;

impl Beta {
    /// Both parameters are positive.
    pub fn new(a: f64, b: f64) -> Self {
        Self {
            a,
            b,
            ln_beta: ln_beta(a, b),
        }
    }

    /// The chance of odds of at most e^u, and its derivative in u.
    ///
    /// # Formula
    ///
    /// I_x(a, b) at x = 1/(1 + e^−u), whose derivative is x^a (1 − x)^b / B(a, b). The continued
    /// fraction of Olver et al. (2010), *NIST Handbook of Mathematical Functions*, 8.17.22, on the
    /// side of the mean where it is quick, by the method of Lentz as Thompson & Barnett (1986) have it.
    pub fn below_odds(&self, u: f64) -> (f64, f64) {
        let Self { a, b, ln_beta } = *self;
        let (ln_x, ln_rest) = (-(-u).exp().ln_1p(), -u.exp().ln_1p());
        let density = (a * ln_x + b * ln_rest - ln_beta).exp();
        let below = if ln_x.exp() < (a + 1.0) / (a + b + 2.0) {
            density * fraction(a, b, ln_x.exp()) / a
        } else {
            1.0 - density * fraction(b, a, ln_rest.exp()) / b
        };
        (below.clamp(0.0, 1.0), density)
    }
}

/// The continued fraction, 1/(1 + d₁/(1 + d₂/(1 + …))).
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let kept = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / kept(1.0 - (a + b) * x / (a + 1.0)));
    let mut found = d;
    for step in 1..=MOST_STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for coefficient in [even, odd] {
            d = 1.0 / kept(1.0 + coefficient * d);
            c = kept(1.0 + coefficient / c);
            change = c * d;
            found *= change;
        }
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy 1.16: betainc(a, b, x) at x of these odds.
    const SCIPY: &[(f64, f64, f64, f64)] = &[
        (0.5, 1.5, 0.2, 0.5049746539402887),
        (3.4, 7.9, 0.3, 0.32908272521903653),
        (3.4, 7.9, 2.5, 0.9980994857782881),
        (0.02, 2.1, 1e-06, 0.7747118314662687),
        (40.0, 12.0, 3.0, 0.35176450104352525),
        (900.0, 25.5, 30.0, 0.18599413085856353),
        (100000.0, 3.3, 30000.0, 0.41966041468463866),
        (10000000.0, 4000.0, 2505.0, 0.5481660793011316),
        (2.5, 1000000.0, 2e-06, 0.450583904671438),
    ];

    #[test]
    fn the_distribution_is_that_of_scipy() {
        for &(a, b, odds, expected) in SCIPY {
            let (found, _) = Beta::new(a, b).below_odds(odds.ln());
            assert!(
                (found - expected).abs() < 1e-11 * (1.0 + 0.01 * a.max(b)),
                "{a} {b} {odds}: {found} instead of {expected}"
            );
        }
    }

    #[test]
    fn the_derivative_is_that_of_the_distribution() {
        for (a, b, u) in [(0.7, 2.0, -1.0), (12.0, 4.5, 1.2), (300.0, 80.0, 1.3)] {
            let beta = Beta::new(a, b);
            let step = 1e-5;
            let slope = (beta.below_odds(u + step).0 - beta.below_odds(u - step).0) / (2.0 * step);
            assert!((slope / beta.below_odds(u).1 - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn the_ends_are_0_and_1() {
        let beta = Beta::new(2.0, 3.0);
        assert_eq!(beta.below_odds(-800.0).0, 0.0);
        assert_eq!(beta.below_odds(800.0).0, 1.0);
    }
}
