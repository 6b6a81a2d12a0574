//! The typical gap of a shop or of a peer group.

use super::model::PurchaseModel;
use crate::error::Result;
use crate::models::numerics::median::median_of_sorted;
use crate::models::numerics::memory::{collected, push};
use crate::models::numerics::number_counts::{NumberCounts, of_ordered_bits, ordered_bits};
use crate::models::purchases::purchases::PurchaseHistory;

/// Collects the mean gaps of repeat customers in any order and any number of
/// parts.
#[derive(Debug, Default)]
pub struct TypicalGap {
    gaps: NumberCounts<u64>,
}

impl TypicalGap {
    /// Adds one customer; one-time buyers have no gap.
    ///
    /// # Errors
    ///
    /// When there is no memory for the gap.
    pub fn add(&mut self, history: &PurchaseHistory) -> Result<()> {
        match history.repeat() {
            0 => Ok(()),
            repeat => {
                let gap = history.span() as f64 / f64::from(repeat);
                self.gaps.add(ordered_bits(gap))
            }
        }
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for the gaps.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.gaps.merge(&other.gaps)
    }

    /// The [`typical_gap`] in days and the number of repeat customers behind it; `None` without any.
    ///
    /// # Errors
    ///
    /// When there is no memory for the different gaps.
    pub fn finish(&mut self) -> Result<Option<(f64, i64)>> {
        let mut gaps = collected(of_ordered_bits(self.gaps.sorted()?))?;
        (!gaps.is_empty())
            .then(|| typical_gap(&mut gaps))
            .transpose()
    }
}

/// Mean gaps with how many repeat customers have each.
pub(super) type CountedGaps = Vec<(f64, u64)>;

/// The typical gap in days, and the number of repeat customers, of their mean gaps.
///
/// # Formula
///
/// The median of t/x over the repeat customers and one pseudo-customer of
/// 90 days, who keeps the first few of a shop from deciding alone. Of an
/// even number the mean of the middle two.
///
/// # Errors
///
/// When there is no memory for the pseudo-customer.
pub(super) fn typical_gap(gaps: &mut CountedGaps) -> Result<(f64, i64)> {
    const PSEUDO_GAP: f64 = PurchaseModel::PRIOR.typical_gap_days;
    let repeaters: u64 = gaps.iter().map(|(_, customers)| customers).sum();
    push(gaps, (PSEUDO_GAP, 1))?;
    gaps.sort_unstable_by(|(left, _), (right, _)| left.total_cmp(right));
    let gap = median_of_sorted(gaps.iter().copied(), repeaters + 1);
    Ok((gap.unwrap_or(PSEUDO_GAP), repeaters as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeater(gap: i32) -> PurchaseHistory {
        PurchaseHistory::from_days([0, gap, 2 * gap].into_iter(), 2 * gap)
            .expect("room")
            .expect("days")
    }

    #[test]
    fn the_pseudo_gap_is_one_of_the_values() {
        let mut gaps = TypicalGap::default();
        assert_eq!(gaps.finish(), Ok(None));
        gaps.add(&repeater(10)).expect("room");
        assert_eq!(gaps.finish(), Ok(Some((50.0, 1))));
        gaps.add(&repeater(30)).expect("room");
        assert_eq!(gaps.finish(), Ok(Some((30.0, 2))));
        gaps.add(&repeater(90)).expect("room");
        assert_eq!(gaps.finish(), Ok(Some((60.0, 3))));
    }

    #[test]
    fn finishing_and_merging_are_repeatable() {
        let mut left = TypicalGap::default();
        let mut right = TypicalGap::default();
        left.add(&repeater(10)).expect("room");
        (0..5).for_each(|i| right.add(&repeater(20 + i)).expect("room"));
        left.merge(&right).expect("room");
        assert_eq!(left.finish(), left.finish());
        assert_eq!(left.finish(), Ok(Some((22.0, 6))));
        assert_eq!(right.finish(), Ok(Some((22.5, 5))));
    }
}
