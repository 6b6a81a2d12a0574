//! Sums of money that do not depend on the order of the rows.

use super::checks::finite_sum;
use crate::error::Result;

/// The factor by which amounts are scaled before they are added. It is a power of two, so the
/// scaling is exact. It is so small that no intermediate sum overflows if the final one does not.
const SCALE: f64 = 1.0 / (1u128 << 64) as f64;

/// A sum in double-double arithmetic, about 106 bits.
///
/// DuckDB hands rows over in an order that depends on its threads. A plain `f64` sum would differ
/// in its last digits from run to run, and so would the ranks and thresholds derived from it.
///
/// # Formula
///
/// TwoSum (Knuth 1997, *The Art of Computer Programming* 2, section 4.2.2,
/// theorem B) for the high part; its rounding error goes to the low part.
#[derive(Clone, Copy, Debug)]
pub struct Sum {
    /// −0.0 while nothing was added: it is the identity of IEEE addition and
    /// no sum of other numbers gives it.
    high: f64,
    low: f64,
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            high: -0.0,
            low: 0.0,
        }
    }
}

impl Sum {
    /// Adds a finite value.
    pub fn add(&mut self, value: f64) {
        self.add_scaled(value * SCALE + 0.0);
    }

    /// Adds a finite value so many times.
    pub fn add_times(&mut self, value: f64, times: u64) {
        let (value, times) = (value * SCALE + 0.0, times as f64);
        let product = value * times;
        self.add_scaled(product);
        // What the product was rounded by is a number of the same kind.
        if times != 1.0 {
            self.add_scaled(value.mul_add(times, -product));
        }
    }

    /// What it is made of, for [`from_parts`](Self::from_parts).
    pub fn parts(&self) -> [f64; 2] {
        [self.high, self.low]
    }

    /// The sum that has these [`parts`](Self::parts).
    pub fn from_parts([high, low]: [f64; 2]) -> Self {
        Self { high, low }
    }

    /// Adds everything that `other` holds.
    pub fn merge(&mut self, other: &Self) {
        if !other.is_empty() {
            self.add_scaled(other.high);
            self.add_scaled(other.low);
        }
    }

    /// Whether nothing was ever added; a sum of zero is not empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.high == 0.0 && self.high.is_sign_negative()
    }

    /// The sum; infinite where it is more than an `f64` holds.
    pub(crate) fn value(&self) -> f64 {
        (self.high + self.low) / SCALE + 0.0
    }

    /// What [`Sum::value`] leaves out: the sum is both together.
    pub(crate) fn rest(&self) -> f64 {
        self.low / SCALE
    }

    /// The sum of amounts; `None` where none was added.
    ///
    /// # Errors
    ///
    /// When it is more than an `f64` holds.
    pub fn known(&self) -> Result<Option<f64>> {
        if self.is_empty() {
            return Ok(None);
        }
        finite_sum(self.value()).map(Some)
    }

    fn add_scaled(&mut self, value: f64) {
        let (sum, error) = two_sum(self.high, value);
        let (high, low) = two_sum(sum, error + self.low);
        self.high = high;
        self.low = low;
    }
}

fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_rounded = sum - a;
    let a_rounded = sum - b_rounded;
    (sum, (a - a_rounded) + (b - b_rounded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(values: &[f64]) -> Sum {
        let mut sum = Sum::default();
        for &value in values {
            sum.add(value);
        }
        sum
    }

    #[test]
    fn large_values_that_cancel_leave_the_small_ones() {
        assert_eq!(sum(&[1e300, 1.0, -1e300]).value(), 1.0);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]).value(), f64::MAX);
        assert_eq!(sum(&[f64::MAX, f64::MAX]).value(), f64::INFINITY);
    }

    #[test]
    fn order_and_splits_do_not_matter() {
        let values: Vec<f64> = (0..10_000).map(|i| f64::from(i) * 0.1 - 300.0).collect();
        let mut reversed = values.clone();
        reversed.reverse();
        let mut merged = sum(&values[7_000..]);
        merged.merge(&sum(&values[..7_000]));
        assert_eq!(sum(&values).value(), sum(&reversed).value());
        assert_eq!(sum(&values).value(), merged.value());
    }

    #[test]
    fn many_times_one_value_are_its_sum() {
        for value in [0.1, 19.99, -1e300, f64::MIN_POSITIVE] {
            for times in [0, 1, 3, 1_000] {
                let mut at_once = Sum::default();
                at_once.add_times(value, times);
                assert_eq!(at_once.value(), sum(&vec![value; times as usize]).value());
                assert_eq!(Sum::from_parts(at_once.parts()).value(), at_once.value());
            }
        }
    }

    #[test]
    fn only_the_untouched_sum_is_empty() {
        assert!(Sum::default().is_empty());
        let mut merged = Sum::default();
        merged.merge(&Sum::default());
        assert!(merged.is_empty());
        assert!(!sum(&[0.0]).is_empty());
        assert!(!sum(&[-0.0]).is_empty());
        assert!(!sum(&[5.0, -5.0]).is_empty());
        merged.merge(&sum(&[-0.0]));
        assert!(!merged.is_empty());
    }
}
