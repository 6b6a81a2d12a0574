//! The typical gap of a shop or of a peer group.

use super::model::PurchaseModel;
use crate::error::Result;
use crate::models::numerics::median::median;
use crate::models::numerics::memory::{append, push};
use crate::models::purchases::purchases::PurchaseHistory;

/// Collects the mean gaps of repeat customers in any order and any number of
/// parts.
#[derive(Debug, Default)]
pub struct TypicalGap {
    gaps: Vec<f64>,
}

impl TypicalGap {
    /// Adds one customer; one-time buyers have no gap.
    ///
    /// # Errors
    ///
    /// When there is no memory for the gap.
    pub fn add(&mut self, history: &PurchaseHistory) -> Result<()> {
        self.add_span(history.span() as f64, history.repeat())
    }

    /// Adds `repeat` gaps over `span` days.
    pub(super) fn add_span(&mut self, span: f64, repeat: u32) -> Result<()> {
        match repeat {
            0 => Ok(()),
            _ => push(&mut self.gaps, span / f64::from(repeat)),
        }
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for the gaps.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.gaps, &other.gaps)
    }

    /// The typical gap in days and the number of repeat customers behind it;
    /// `None` without any.
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
    pub fn finish(&mut self) -> Result<Option<(f64, i64)>> {
        (!self.gaps.is_empty())
            .then(|| self.finish_with_pseudo_gap())
            .transpose()
    }

    /// As [`finish`](Self::finish), but 90 days without a repeat customer.
    pub(super) fn finish_with_pseudo_gap(&mut self) -> Result<(f64, i64)> {
        const PSEUDO_GAP: f64 = PurchaseModel::PRIOR.typical_gap_days;
        let repeaters = self.gaps.len() as i64;
        push(&mut self.gaps, PSEUDO_GAP)?;
        let gap = median(&mut self.gaps).unwrap_or(PSEUDO_GAP);
        // The pseudo-gap is one of equals after the reordering, so any one goes.
        if let Some(at) = self.gaps.iter().position(|&gap| gap == PSEUDO_GAP) {
            self.gaps.swap_remove(at);
        }
        Ok((gap, repeaters))
    }
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
