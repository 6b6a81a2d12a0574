//! Recency, frequency and monetary scores, and the built-in segments.

use crate::error::{Error, Result};

/// A segment of the built-in 5 × 5 grid over recency and frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum RfmSegment {
    /// Recent and very frequent.
    Champions,
    /// Fairly recent and frequent.
    LoyalCustomers,
    /// Recent, with a few purchases.
    PotentialLoyalist,
    /// Very recent, with the fewest purchases.
    NewCustomers,
    /// Recent, with the fewest purchases.
    Promising,
    /// Average in both.
    NeedsAttention,
    /// Below average in both, but not long gone.
    AboutToSleep,
    /// Was frequent, has not bought for long.
    AtRisk,
    /// Was among the most frequent, has not bought for long.
    CantLoseThem,
    /// Rare and long gone.
    Hibernating,
}

impl RfmSegment {
    /// In the order of the variants.
    pub const LABELS: [&str; 10] = [
        "Champions",
        "Loyal Customers",
        "Potential Loyalist",
        "New Customers",
        "Promising",
        "Needs Attention",
        "About To Sleep",
        "At Risk",
        "Can't Lose Them",
        "Hibernating",
    ];
}

/// The segment of a recency and a frequency score; `None` outside 1 to 5.
/// Every pair within has exactly one.
pub fn segment(r: i32, f: i32) -> Option<RfmSegment> {
    use RfmSegment::*;
    Some(match (r, f) {
        (5, 4..=5) => Champions,
        (3..=4, 4..=5) => LoyalCustomers,
        (4..=5, 2..=3) => PotentialLoyalist,
        (5, 1) => NewCustomers,
        (4, 1) => Promising,
        (3, 3) => NeedsAttention,
        (3, 1..=2) => AboutToSleep,
        (1..=2, 3..=4) => AtRisk,
        (1..=2, 5) => CantLoseThem,
        (1..=2, 1..=2) => Hibernating,
        _ => return None,
    })
}

/// The score of a value, from 1 to one more than the number of cut-points, which are ascending.
///
/// # Errors
///
/// When they are not, or one is unknown.
pub fn score(value: f64, cuts: impl Iterator<Item = Option<f64>>) -> Result<i32> {
    let value = ordered(value);
    let (mut score, mut before) = (1, f64::NEG_INFINITY);
    for cut in cuts {
        before = cut
            .filter(|&cut| cut >= before)
            .ok_or_else(|| Error::argument("cuts", "must be ascending, without NULL"))?;
        score += i32::from(before <= value);
    }
    Ok(score)
}

/// One order for all values: NaN as −∞, −0 as 0, and +∞ as the largest finite
/// value, because a cut-point of +∞ means a score that nothing reaches.
pub(super) fn ordered(value: f64) -> f64 {
    if value.is_nan() {
        f64::NEG_INFINITY
    } else {
        value.min(f64::MAX) + 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_a_segment_as_documented() {
        let documented = [
            (
                5,
                [
                    "New Customers",
                    "Potential Loyalist",
                    "Potential Loyalist",
                    "Champions",
                    "Champions",
                ],
            ),
            (
                4,
                [
                    "Promising",
                    "Potential Loyalist",
                    "Potential Loyalist",
                    "Loyal Customers",
                    "Loyal Customers",
                ],
            ),
            (
                3,
                [
                    "About To Sleep",
                    "About To Sleep",
                    "Needs Attention",
                    "Loyal Customers",
                    "Loyal Customers",
                ],
            ),
            (
                2,
                [
                    "Hibernating",
                    "Hibernating",
                    "At Risk",
                    "At Risk",
                    "Can't Lose Them",
                ],
            ),
            (
                1,
                [
                    "Hibernating",
                    "Hibernating",
                    "At Risk",
                    "At Risk",
                    "Can't Lose Them",
                ],
            ),
        ];
        for (r, row) in documented {
            for (f, label) in (1..).zip(row) {
                let segment = segment(r, f).expect("within the grid");
                assert_eq!(RfmSegment::LABELS[segment as usize], label);
            }
        }
        assert_eq!(segment(0, 3), None);
        assert_eq!(segment(3, 6), None);
    }

    #[test]
    fn cuts_in_another_order_are_an_error() {
        for bad in [
            [Some(2.0), Some(1.0)],
            [Some(f64::NAN), Some(1.0)],
            [Some(1.0), None],
        ] {
            assert!(super::score(3.0, bad.into_iter()).is_err(), "{bad:?}");
        }
    }
}
