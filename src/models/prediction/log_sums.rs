//! Σ ln(c+i) and Σ 1/(c+i), which stand for differences of lnΓ and digamma.

use crate::models::numerics::gamma::{LARGE, digamma, ln_gamma};

/// So many terms are added one by one, because c may be close to 0.
const FIRST: u64 = LARGE as u64;

/// Shorter runs are added directly, which is quicker and more precise.
const SHORT: u64 = 48;

/// Both sums over i < n for one c, where n only grows: observations sorted by
/// their number of purchases need no table, however large that number is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogSums {
    c: f64,
    n: u64,
    /// Σ_{i<n} ln(c+i) = lnΓ(c+n) − lnΓ(c).
    pub(crate) logs: f64,
    /// Σ_{i<n} 1/(c+i) = ψ(c+n) − ψ(c).
    pub(crate) inverses: f64,
}

impl LogSums {
    /// The empty sums.
    pub(crate) fn new(c: f64) -> Self {
        Self {
            c,
            n: 0,
            logs: 0.0,
            inverses: 0.0,
        }
    }

    /// Extends the sums to i < `n`; a smaller `n` than before is a mistake of
    /// the caller and changes nothing.
    pub(crate) fn advance_to(&mut self, n: u64) {
        while self.n < n {
            if self.n >= FIRST && n - self.n > SHORT {
                let (from, to) = (self.c + self.n as f64, self.c + n as f64);
                self.logs += ln_gamma(to) - ln_gamma(from);
                self.inverses += digamma(to) - digamma(from);
                self.n = n;
            } else {
                let value = self.c + self.n as f64;
                self.logs += value.ln();
                self.inverses += 1.0 / value;
                self.n += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaps_agree_with_single_steps() {
        for c in [1e-6, 0.3, 7.5, 400.0] {
            let mut steps = LogSums::new(c);
            for n in 1..=5_000 {
                steps.advance_to(n);
            }
            let mut leap = LogSums::new(c);
            leap.advance_to(5_000);
            assert!((steps.logs / leap.logs - 1.0).abs() < 1e-12);
            assert!((steps.inverses / leap.inverses - 1.0).abs() < 1e-12);
        }
    }
}
