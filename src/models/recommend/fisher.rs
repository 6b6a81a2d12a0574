//! Fisher's exact test: whether two products are bought together more often than by chance.

use crate::models::numerics::gamma::ln_factorial;
use crate::models::numerics::memory::grow_exactly;

/// Fisher's exact test, with the logarithms of factorials that it has needed so far.
#[derive(Default)]
pub struct Fisher {
    /// ln n! by n.
    ln_factorials: Vec<f64>,
}

/// The most logarithms that are kept: 32 MB. Beyond, they are computed each time.
const MOST_KEPT: usize = 1 << 22;

impl Fisher {
    /// The chance that at least `both` of `n` baskets have both of two products that are in `a` and
    /// in `b` baskets, if the products were independent: one-sided.
    ///
    /// # Formula
    ///
    /// Σ_{k ≥ both} C(a, k)·C(n − a, b − k) / C(n, b). Fisher (1935), "The logic of inductive
    /// inference", *Journal of the Royal Statistical Society* 98.
    ///
    /// The first term comes from logarithms of factorials, the others from the ratio of
    /// neighbours. The tail away from the mean is summed, which is the shorter one.
    pub fn p_value(&mut self, both: u32, a: u32, b: u32, n: u32) -> f64 {
        let known = self.ln_factorials.len();
        let needed = known..(n as usize + 1).min(MOST_KEPT).max(known);
        // Where there is no room they are computed each time as well.
        if grow_exactly(&mut self.ln_factorials, needed.len()).is_ok() {
            self.ln_factorials
                .extend(needed.map(|n| ln_factorial(n as f64)));
        }
        // Counts that cannot be, as no matrix has them.
        if both > a.min(b) || a.max(b) > n {
            return 0.0;
        }
        let above_mean = u64::from(both) * u64::from(n) > u64::from(a) * u64::from(b);
        let p = if above_mean {
            self.tail(both, 1.0, [a, b, n])
        } else if u64::from(both) <= (u64::from(a) + u64::from(b)).saturating_sub(n.into()) {
            1.0
        } else {
            // P(X ≥ both) = 1 − P(X ≤ both − 1)
            1.0 - self.tail(both - 1, -1.0, [a, b, n])
        };
        p.clamp(0.0, 1.0)
    }

    /// Σ of the probabilities from `k` on, upwards or downwards, away from the mean.
    fn tail(&self, k: u32, step: f64, [a, b, n]: [u32; 3]) -> f64 {
        let choose = |n: u32, k: u32| {
            let ln = |n: u32| match self.ln_factorials.get(n as usize) {
                Some(&known) => known,
                None => ln_factorial(n.into()),
            };
            ln(n) - ln(k) - ln(n - k)
        };
        let first = choose(a, k) + choose(n - a, b - k) - choose(n, b);
        let [mut k, a, b, n] = [k, a, b, n].map(f64::from);
        let (mut term, mut sum) = (1.0, 1.0);
        loop {
            // Eight ratios at a time, so that the processor divides them side by side.
            let ratios: [f64; 8] = std::array::from_fn(|ahead| {
                let k = k + step * ahead as f64;
                if step > 0.0 {
                    (a - k) * (b - k) / ((k + 1.0) * (n - a - b + k + 1.0))
                } else {
                    k * (n - a - b + k) / ((a - k + 1.0) * (b - k + 1.0))
                }
            });
            for ratio in ratios {
                // Zero at the end of the range, and beyond it not looked at.
                term *= ratio;
                sum += term;
                // The ratios fall, so what is left is less than a geometric series.
                if term * ratio <= sum * 1e-12 * (1.0 - ratio) {
                    return (first + sum.ln()).exp();
                }
            }
            k += 8.0 * step;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p_value(both: u32, a: u32, b: u32, n: u32) -> f64 {
        Fisher::default().p_value(both, a, b, n)
    }

    fn assert_close(found: f64, expected: f64, relative: f64) {
        assert!(
            (found - expected).abs() <= relative * expected.abs(),
            "{found} is not {expected}"
        );
    }

    /// Fisher's tea: 3 of 4 cups right, 1 − P(≤ 2) = 17/70; all four, 1/70.
    #[test]
    fn the_lady_tasting_tea() {
        assert_close(p_value(3, 4, 4, 8), 17.0 / 70.0, 1e-13);
        assert_close(p_value(4, 4, 4, 8), 1.0 / 70.0, 1e-13);
        assert_close(p_value(0, 4, 4, 8), 1.0, 1e-13);
        assert_close(p_value(1, 4, 4, 8), 69.0 / 70.0, 1e-13);
    }

    #[test]
    fn what_must_be_is_certain() {
        assert_eq!(p_value(5, 10, 5, 10), 1.0);
        assert_eq!(p_value(0, 0, 0, 0), 1.0);
    }
}
