//! The days on which a customer bought, for models of the gaps between them.

use super::days::DaySet;
use crate::error::Result;
use crate::models::numerics::checks::is_finite;

/// Collects the rows of one customer, in any order and any number of parts. A purchase is
/// what [`PurchaseDays`](super::purchases::PurchaseDays) says it is; the revenue is not
/// kept.
#[derive(Debug, Default)]
pub struct BoughtDays {
    days: DaySet,
    latest: Option<i32>,
}

impl BoughtDays {
    /// Adds one row.
    ///
    /// # Errors
    ///
    /// When there is no memory for the day.
    #[inline]
    pub fn add(&mut self, day: i32, amount: Option<f64>) -> Result<()> {
        if !is_finite(day) {
            return Ok(());
        }
        if amount.is_none_or(|amount| !amount.is_finite() || amount >= 0.0) {
            self.days.insert(day)?;
        }
        self.latest = self.latest.max(Some(day));
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for the days.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.days.merge(&other.days)?;
        self.latest = self.latest.max(other.latest);
        Ok(())
    }

    /// The purchase days, ascending.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn days(&mut self) -> Result<Vec<i32>> {
        let Some(summary) = self.days.summary()? else {
            return Ok(Vec::new());
        };
        self.days.days(summary.count)
    }

    /// The day of the latest row, refunds included; `None` without a row.
    pub fn latest(&self) -> Option<i32> {
        self.latest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_refund_is_no_purchase_but_the_latest_row() {
        let mut rows = BoughtDays::default();
        assert_eq!((rows.days(), rows.latest()), (Ok(vec![]), None));
        for (day, amount) in [
            (30, Some(-1.0)),
            (20, None),
            (10, Some(f64::NEG_INFINITY)),
            (20, Some(5.0)),
            (i32::MAX, None),
        ] {
            rows.add(day, amount).expect("room");
        }
        assert_eq!((rows.days(), rows.latest()), (Ok(vec![10, 20]), Some(30)));
    }

    proptest! {
        #[test]
        fn days_come_ascending_and_once(
            days in prop::collection::vec(prop_oneof![0..200i32, -9..9i32, 65_000..66_000i32], 0..150),
            at in 0..150usize,
        ) {
            let collect = |days: &[i32]| {
                let mut rows = BoughtDays::default();
                days.iter().for_each(|&day| rows.add(day, None).expect("room"));
                rows
            };
            let (left, right) = days.split_at(at.min(days.len()));
            let mut rows = collect(right);
            rows.merge(&collect(left)).expect("room");
            let expected: BTreeSet<i32> = days.iter().copied().collect();
            prop_assert_eq!(rows.days(), Ok(expected.iter().copied().collect::<Vec<_>>()));
            prop_assert_eq!(rows.latest(), expected.last().copied());
        }
    }
}
