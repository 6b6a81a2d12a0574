//! Against the definition, which compares all values with each other.

use super::*;
use proptest::prelude::*;

fn score(value: f64, cuts: &[f64]) -> i32 {
    super::super::rfm::score(value, cuts.iter().copied().map(Some)).expect("ascending")
}

/// Both passes, the first with room for `MOST` buckets, in parts.
fn cuts_of<const MOST: usize>(parts: &[&[f64]], bins: u32) -> Vec<f64> {
    let mut outline = ScoreOutline::<MOST>::default();
    for part in parts {
        let mut other = ScoreOutline::default();
        part.iter()
            .for_each(|&value| other.add(value).expect("room"));
        outline.merge(&other).expect("room");
    }
    let outline = outline.finish(bins).expect("room").unwrap_or_default();
    let mut cuts = ScoreCuts::default();
    for part in parts.iter().rev() {
        let mut other = ScoreCuts::default();
        part.iter()
            .for_each(|&value| other.add(value, &outline).expect("room"));
        cuts.merge(&other).expect("room");
    }
    cuts.finish(bins).expect("the same values")
}

fn cuts(values: &[f64], bins: u32) -> Vec<f64> {
    let found = cuts_of::<MOST_BUCKETS>(&[values], bins);
    assert_eq!(cuts_of::<3>(&[values], bins), found);
    found
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

/// By definition: each value with the score that follows from the ranks of all.
fn definition(values: &[f64], bins: u32) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().map(|&value| ordered(value)).collect();
    values.sort_unstable_by(f64::total_cmp);
    // Twice the mean rank.
    let rank = |value: f64| {
        (values.partition_point(|&v| v < value) + values.partition_point(|&v| v <= value)) as u64
    };
    let (least, most) = (rank(values[0]), rank(values[values.len() - 1]));
    let score = |value: f64| match most - least {
        0 => u64::from(bins / 2),
        range => (u64::from(bins) * (rank(value) - least) / range).min(u64::from(bins) - 1),
    };
    let begin = |above| values.iter().copied().find(|&value| score(value) >= above);
    (1..u64::from(bins))
        .map(|above| begin(above).unwrap_or(f64::INFINITY))
        .collect()
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (-6..12_i32).prop_map(f64::from),
        4 => (-9_000..90_000_i32).prop_map(|cents| f64::from(cents) / 100.0),
        2 => (0..1_000_u32).prop_map(|n| 50.0 + f64::from(n) * 1e-12),
        1 => any::<f64>(),
        1 => Just(f64::NAN),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(f64::INFINITY),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn two_passes_give_what_the_definition_does(
        values in prop::collection::vec(value(), 1..300),
        bins in 2..11_u32,
        at in 0..300_usize,
    ) {
        let (left, right) = values.split_at(at.min(values.len()));
        let expected = definition(&values, bins);
        prop_assert_eq!(&cuts_of::<3>(&[left, right], bins), &expected);
        prop_assert_eq!(&cuts_of::<40>(&[right, left], bins), &expected);
        prop_assert_eq!(&cuts_of::<MOST_BUCKETS>(&[&values], bins), &expected);
    }
}

#[test]
fn most_values_of_a_large_shop_are_not_kept() {
    let values: Vec<f64> = (0..200_000_u32)
        .map(|n| (f64::from(n * 7_919 % 200_003) / 20_000.0).exp())
        .collect();
    let mut outline = ScoreOutline::<4_096>::default();
    values
        .iter()
        .for_each(|&value| outline.add(value).expect("room"));
    let outline = outline.finish(5).expect("room").expect("values");
    let mut cuts = ScoreCuts::default();
    values
        .iter()
        .for_each(|&value| cuts.add(value, &outline).expect("room"));
    let found = cuts.finish(5).expect("the same values");
    assert_eq!(found, definition(&values, 5));
    let crowds = cuts.values.crowds(0).expect("the same values");
    let kept = crowds.iter().filter(|crowd| crowd.value().is_ok()).count();
    assert!((4..2_000).contains(&kept), "{kept}");
}
