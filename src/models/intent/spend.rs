//! What a customer spends on a label on a day on which they buy it.

use crate::error::Result;
use crate::models::numerics::bytes::{Reader, Slice, Writer, sound};
use crate::models::numerics::fixed_sum::FixedSum;
use crate::models::numerics::memory::{collected, grow};
use crate::models::numerics::stored::added;

/// In the sums a day counts for no more than so many medians, as a customer does who decides who
/// is a VIP.
const MOST_MEDIANS: f64 = 20.0;

/// First pass: counts amounts, for their median.
#[derive(Clone, Debug, Default)]
pub struct SpendCounts {
    /// By ascending bucket: how many there are. Few, as amounts of one kind are of one size.
    counts: Vec<(u32, u32)>,
}

impl SpendCounts {
    /// The leading bits of a positive number, 32 buckets for each power of two, are in its
    /// order.
    const REST: u32 = 47;

    /// Adds what was spent on a day, a positive amount.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, spent: f64) -> Result<()> {
        self.count((spent.to_bits() >> Self::REST) as u32, 1)
    }

    fn count(&mut self, bucket: u32, days: u32) -> Result<()> {
        match self.counts.binary_search_by_key(&bucket, |count| count.0) {
            Ok(place) => self.counts[place].1 = added(self.counts[place].1, days)?,
            Err(place) => {
                grow(&mut self.counts, 1)?;
                self.counts.insert(place, (bucket, days));
            }
        }
        Ok(())
    }

    /// Adds everything that `other` counted.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        let mut counts = other.counts.iter();
        counts.try_for_each(|&(bucket, days)| self.count(bucket, days))
    }

    /// What was counted, by ascending bucket.
    pub(super) fn counts(&self) -> &[(u32, u32)] {
        &self.counts
    }

    /// Takes up what [`SpendCounts::counts`] gave.
    pub(super) fn read(counts: Slice<'_, (u32, u32)>) -> Result<Self> {
        let infinite = (f64::INFINITY.to_bits() >> Self::REST) as u32;
        let mut least = 0;
        for (bucket, days) in counts.iter() {
            sound((least..infinite).contains(&bucket) && days > 0)?;
            least = bucket + 1;
        }
        let counts = collected(counts.iter())?;
        Ok(Self { counts })
    }

    /// The lower median, at most 3 % too low; NaN without a day.
    pub fn median(&self) -> f64 {
        let days: u64 = self.counts.iter().map(|count| u64::from(count.1)).sum();
        let mut below = 0;
        let middle = self.counts.iter().find(|count| {
            below += u64::from(count.1);
            2 * below >= days
        });
        // The smallest numbers have a bucket that begins at 0.
        middle.map_or(f64::NAN, |&(bucket, _)| {
            f64::from_bits(u64::from(bucket) << Self::REST).max(f64::MIN_POSITIVE)
        })
    }
}

/// Second pass: sums what was spent on days with the label, in medians, none for too much.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SpendSum {
    days: u32,
    sum: FixedSum,
}

impl SpendSum {
    /// Adds what was spent on a day, a positive amount.
    pub fn add(&mut self, spent: f64, median: f64) {
        self.days += 1;
        self.sum.add((spent / median).min(MOST_MEDIANS));
    }

    /// Adds everything that `other` summed.
    ///
    /// # Errors
    ///
    /// When there are too many days.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.days = added(self.days, other.days)?;
        self.sum.merge(other.sum);
        Ok(())
    }

    pub(super) fn write(&self, to: &mut Writer) -> Result<()> {
        to.value(self.days)?;
        to.value(self.sum)
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Result<Self> {
        let sum = Self {
            days: from.value()?,
            sum: from.value()?,
        };
        let mean = sum.typical();
        sound(sum.sum.is_positive() && (mean <= MOST_MEDIANS || sum == Self::default()))?;
        Ok(sum)
    }

    /// The mean, in medians; NaN without a day.
    pub fn typical(&self) -> f64 {
        self.sum.value() / f64::from(self.days)
    }

    /// What a customer with these days is expected to spend on one more; `typical` is the mean of all.
    /// `None` where nothing is known of the label.
    ///
    /// # Formula
    ///
    /// (Σ x + μ) / (n + 1) over the customer's n days: the weight of one day for the mean μ of all,
    /// as in the order value; x = min(spent, 20 medians).
    pub fn expected(&self, typical: f64, median: f64) -> Option<f64> {
        let expected = median * ((self.sum.value() + typical) / (f64::from(self.days) + 1.0));
        (!expected.is_nan()).then(|| expected.min(f64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn median(days: &[f64]) -> f64 {
        let mut parts = [SpendCounts::default(), SpendCounts::default()];
        for (place, &day) in days.iter().enumerate() {
            parts[place % 2].add(day).expect("room");
        }
        let [mut counts, other] = parts;
        counts.merge(&other).expect("room");
        counts.median()
    }

    fn sum(days: &[f64], median: f64) -> SpendSum {
        let mut sum = SpendSum::default();
        days.iter().for_each(|&day| sum.add(day, median));
        sum
    }

    #[test]
    fn a_customers_spend_is_drawn_to_the_mean_by_the_weight_of_one_day() {
        let days = [2.0, 4.0, 8.0, 16.0];
        let median = median(&days);
        assert_eq!(median, 4.0);
        let typical = sum(&days, median).typical();
        let expected = |own: &[f64]| sum(own, median).expected(typical, median);
        assert_eq!(expected(&[]), Some(7.5));
        assert_eq!(expected(&[4.0]), Some((4.0 + 7.5) / 2.0));
        assert_eq!(expected(&[16.0, 8.0, 8.0]), Some((32.0 + 7.5) / 4.0));
        assert_eq!(expected(&[1e6]), Some((80.0 + 7.5) / 2.0));
    }

    #[test]
    fn the_median_is_right_to_three_percent() {
        for scale in [1e-9, 0.01, 1.0, 37.3, 1e12] {
            let days: Vec<f64> = (0..1001)
                .map(|day| scale * f64::from(10 + day * 8 % 1001))
                .collect();
            assert!((0.969..=1.0).contains(&(median(&days) / (scale * 510.0))));
        }
    }

    #[test]
    fn strange_amounts_give_numbers_or_nothing() {
        assert!(median(&[]).is_nan());
        assert_eq!(SpendSum::default().expected(f64::NAN, f64::NAN), None);
        for days in [
            &[f64::MAX, f64::MAX][..],
            &[f64::MAX, f64::MIN_POSITIVE],
            &[5e-324],
            &[1.0],
        ] {
            let median = median(days);
            let sum = sum(days, median);
            let expected = sum.expected(sum.typical(), median).expect("it is known");
            assert!(expected.is_finite() && expected >= 0.0, "{days:?}");
        }
    }
}
