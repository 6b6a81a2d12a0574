//! Sums that do not depend on the order of what is added.

use super::bytes::Packed;

/// A sum of numbers in units of 2⁻⁶⁴, exact but for their rounding. What has decayed for
/// dozens of half-lives still counts, and 10⁸ numbers of 10¹⁰ have room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FixedSum(i128);

impl FixedSum {
    const UNIT: f64 = (1_u128 << 64) as f64;

    /// Adds a number.
    pub fn add(&mut self, value: f64) {
        self.0 = self.0.saturating_add((value * Self::UNIT).round() as i128);
    }

    /// Adds everything that `other` holds.
    pub fn merge(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }

    /// Whether it can be the sum of numbers that are not negative.
    pub fn is_positive(self) -> bool {
        self.0 >= 0
    }

    /// The sum.
    pub fn value(self) -> f64 {
        self.0 as f64 / Self::UNIT
    }
}

impl Packed for FixedSum {
    const SIZE: usize = i128::SIZE;
    fn append(self, to: &mut Vec<u8>) {
        self.0.append(to);
    }
    fn parse(bytes: &[u8]) -> Self {
        Self(i128::parse(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_small_nor_many_numbers_are_lost() {
        let mut sum = FixedSum::default();
        (0..1000).for_each(|_| sum.add((-50.0_f64).exp2()));
        assert_eq!(sum.value(), 1000.0 * (-50.0_f64).exp2());
        let mut other = FixedSum::default();
        other.add(1e18);
        sum.merge(other);
        assert_eq!(sum.value(), 1e18);
    }
}
