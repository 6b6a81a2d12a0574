//! Σ ln(c+i) and Σ 1/(c+i), which stand for differences of lnΓ and digamma.

/// From here on Stirling's series with three terms is exact to 1e-14.
const STIRLING: u64 = 32;

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
            if self.n >= STIRLING && n - self.n > SHORT {
                let (from, to) = (self.c + self.n as f64, self.c + n as f64);
                self.logs += log_gamma(to) - log_gamma(from);
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

/// lnΓ(z) − ½ ln 2π for z ≥ 32.
///
/// # Formula
///
/// Stirling's series, Abramowitz & Stegun (1964), 6.1.41.
fn log_gamma(z: f64) -> f64 {
    let inverse = 1.0 / z;
    let square = inverse * inverse;
    (z - 0.5) * z.ln() - z
        + inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0)))
}

/// ψ(z) for z ≥ 32.
///
/// # Formula
///
/// Abramowitz & Stegun (1964), 6.3.18.
fn digamma(z: f64) -> f64 {
    let inverse = 1.0 / z;
    let square = inverse * inverse;
    z.ln() - 0.5 * inverse - square * (1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0)))
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
