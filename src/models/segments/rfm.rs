//! Recency, frequency and monetary scores, and the built-in segments.

use crate::error::{Error, Result};
use crate::models::numerics::memory::{append, push};

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

/// Collects the values of one dimension, larger being better, in any order and
/// any number of parts.
#[derive(Debug, Default)]
pub struct ScoreCuts {
    values: Vec<f64>,
}

impl ScoreCuts {
    /// Adds a value. −∞ is a value that is unknown, worse than all others, as
    /// is NaN.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, value: f64) -> Result<()> {
        push(&mut self.values, ordered(value))
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.values, &other.values)
    }

    /// The `bins` − 1 ascending cut-points: the smallest value of each score
    /// from 2 on, +∞ where no value reaches the score. Empty below two bins.
    ///
    /// # Formula
    ///
    /// Equal values have the mean of their ranks, w + (e + 1)/2 with w of the values worse and e
    /// equal. p is where that lies between the mean rank of the worst and that of the best, and
    /// the score is 1 + ⌊bins · p⌋, at most `bins`. If all values are equal, p = ½.
    ///
    /// So equal values get equal scores; quantiles would split them arbitrarily. Counting only who
    /// is worse would give a crowd the score of its first member: on a shop's first day all
    /// customers would have the lowest score, and the best of four would never have the highest.
    pub fn finish(&mut self, bins: u32) -> Vec<f64> {
        self.values.sort_unstable_by(f64::total_cmp);
        let crowds = || self.values.chunk_by(|a, b| a == b);
        let size = |crowd: Option<&[f64]>| crowd.map_or(0, |crowd| crowd.len() as u64);
        // Ranks are doubled, so that the mean of two is a whole number, and count from 0.
        let least = size(crowds().next());
        let range = 2 * self.values.len() as u64 - least - size(crowds().next_back());
        let bins = u64::from(bins);
        let most = bins.saturating_sub(1);

        let mut cuts = Vec::new();
        let mut worse = 0;
        for crowd in crowds() {
            let equal = crowd.len() as u64;
            let above = (bins * (2 * worse + equal - least))
                .checked_div(range)
                .unwrap_or(bins / 2);
            cuts.resize(above.min(most) as usize, crowd[0]);
            worse += equal;
        }
        cuts.resize(most as usize, f64::INFINITY);
        cuts
    }
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
fn ordered(value: f64) -> f64 {
    if value.is_nan() {
        f64::NEG_INFINITY
    } else {
        value.min(f64::MAX) + 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn score(value: f64, cuts: &[f64]) -> i32 {
        super::score(value, cuts.iter().copied().map(Some)).expect("ascending")
    }

    fn cuts(values: &[f64], bins: u32) -> Vec<f64> {
        let mut state = ScoreCuts::default();
        values
            .iter()
            .for_each(|&value| state.add(value).expect("room"));
        state.finish(bins)
    }

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

    fn scores<const N: usize>(values: [f64; N], bins: u32) -> [i32; N] {
        let cuts = cuts(&values, bins);
        values.map(|value| score(value, &cuts))
    }

    #[test]
    fn equal_values_share_the_mean_of_their_ranks() {
        // Mean ranks of 4, 8, 9 and 10: 0, 4/6, 5/6 and 6/6 of the way from the worst to the best.
        let mostly_one = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0];
        assert_eq!(scores(mostly_one, 5), [1, 1, 1, 1, 1, 1, 1, 4, 5, 5]);
        // Most are the best: 1, 3.5 and 8 of 10.
        let mostly_last = [0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0];
        assert_eq!(scores(mostly_last, 5), [1, 2, 2, 2, 2, 5, 5, 5, 5, 5]);
    }

    #[test]
    fn a_single_crowd_is_in_the_middle() {
        for (bins, middle) in [(2, 2), (3, 2), (5, 3), (10, 6)] {
            assert_eq!(scores([7.0; 10], bins), [middle; 10]);
            assert_eq!(scores([7.0], bins), [middle]);
        }
    }

    #[test]
    fn the_best_of_few_reach_the_highest_score() {
        assert_eq!(scores([3.0, 4.0], 5), [1, 5]);
        assert_eq!(scores([3.0, 4.0, 6.0], 5), [1, 3, 5]);
        assert_eq!(scores([3.0, 4.0, 6.0, 9.0], 5), [1, 2, 4, 5]);
        assert_eq!(scores([3.0, 4.0, 6.0, 9.0, 9.5], 5), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn nothing_and_one_bin_have_no_scores_to_reach() {
        assert_eq!(cuts(&[], 3), [f64::INFINITY; 2]);
        assert!(cuts(&[1.0, 2.0], 1).is_empty());
        assert!(cuts(&[1.0, 2.0], 0).is_empty());
    }

    #[test]
    fn values_that_are_no_ordinary_numbers_have_a_place() {
        let values = [f64::NAN, f64::NEG_INFINITY, 0.0, -0.0, f64::INFINITY];
        assert_eq!(scores(values, 5), [1, 1, 3, 3, 5]);
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn scores_follow_the_definition(
            values in prop::collection::vec((-6..12i32).prop_map(f64::from), 1..60),
            bins in 2..11u32,
            at in 0..60usize,
        ) {
            let (left, right) = values.split_at(at.min(values.len()));
            let mut state = ScoreCuts::default();
            right.iter().for_each(|&value| state.add(value).expect("room"));
            let mut other = ScoreCuts::default();
            left.iter().for_each(|&value| other.add(value).expect("room"));
            state.merge(&other).expect("room");
            let cuts = state.finish(bins);
            prop_assert!(cuts.is_sorted());
            // Twice the mean rank.
            let rank = |value: f64| {
                values.iter().filter(|&&v| v < value).count() + values.iter().filter(|&&v| v <= value).count()
            };
            let ranks = || values.iter().map(|&value| rank(value));
            let (least, most) = (ranks().min().expect("values"), ranks().max().expect("values"));
            for &value in &values {
                let expected = match most - least {
                    0 => 1 + bins as usize / 2,
                    range => (1 + bins as usize * (rank(value) - least) / range).min(bins as usize),
                };
                prop_assert_eq!(score(value, &cuts) as usize, expected);
            }
        }
    }
}
