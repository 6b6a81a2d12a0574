//! Sums that do not depend on the order of what is added.

/// A sum of numbers in units of 2⁻³², exact but for their rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FixedSum(i128);

impl FixedSum {
    const UNIT: f64 = (1_u64 << 32) as f64;

    /// Adds a number.
    pub fn add(&mut self, value: f64) {
        self.0 += (value * Self::UNIT).round() as i128;
    }

    /// Adds everything that `other` holds.
    pub fn merge(&mut self, other: Self) {
        self.0 += other.0;
    }

    /// The sum.
    pub fn value(self) -> f64 {
        self.0 as f64 / Self::UNIT
    }
}
