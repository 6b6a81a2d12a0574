//! Compared with the definitions, worked out pair by pair and group by group.

use super::*;
use proptest::prelude::*;

fn quality(rows: &[(f64, bool)]) -> Option<Quality> {
    let mut ranking: Ranking = Ranking::default();
    for &(score, outcome) in rows {
        ranking.add(score, outcome).expect("a probability");
    }
    ranking.finish().expect("room")
}

fn assert_close(actual: f64, expected: f64) {
    assert!((actual - expected).abs() < 1e-12, "{actual} {expected}");
}

#[test]
fn scikit_learns_documented_example() {
    // y_true = [0, 0, 1, 1], y_score = [.1, .4, .35, .8]: roc_auc_score gives 0.75 and
    // average_precision_score 0.83…; the Brier score is (.01 + .16 + .4225 + .04)/4.
    let rows = [(0.1, false), (0.4, false), (0.35, true), (0.8, true)];
    let found = quality(&rows).expect("both classes");
    assert_close(found.auc, 0.75);
    assert_close(found.average_precision, 5.0 / 6.0);
    assert_close(found.brier, 0.158125);
    // Every prediction is a group of its own.
    assert_close(found.calibration_error, (0.1 + 0.4 + 0.65 + 0.2) / 4.0);
}

#[test]
fn a_perfect_and_a_reversed_ranking() {
    let perfect = quality(&[(0.0, false), (1.0, true)]).expect("both classes");
    assert_eq!(perfect.auc, 1.0);
    assert_eq!(perfect.average_precision, 1.0);
    assert_eq!(perfect.brier, 0.0);
    assert_eq!(perfect.calibration_error, 0.0);
    let reversed = quality(&[(1.0, false), (0.0, true)]).expect("both classes");
    assert_eq!(reversed.auc, 0.0);
    assert_eq!(reversed.average_precision, 0.5);
    assert_eq!(reversed.brier, 1.0);
    assert_eq!(reversed.calibration_error, 1.0);
}

#[test]
fn equal_predictions_are_a_guess() {
    let rows = [(0.3, true), (0.3, false), (0.3, false), (0.3, false)];
    let found = quality(&rows).expect("both classes");
    assert_eq!(found.auc, 0.5);
    assert_eq!(found.average_precision, 0.25);
    assert_close(found.brier, (0.49 + 3.0 * 0.09) / 4.0);
    assert_close(found.calibration_error, 0.05);
    // Both zeros are one prediction.
    let zeros = quality(&[(0.0, true), (-0.0, false)]).expect("both classes");
    assert_eq!(zeros.auc, 0.5);
}

#[test]
fn one_class_has_no_measures() {
    assert_eq!(quality(&[]), None);
    assert_eq!(quality(&[(0.2, true), (0.4, true)]), None);
    assert_eq!(quality(&[(0.2, false)]), None);
}

#[test]
fn only_probabilities_are_predictions() {
    let mut ranking: Ranking = Ranking::default();
    for score in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(ranking.add(score, true).is_err(), "{score}");
    }
}

fn order(rows: &[(f64, bool)]) -> Option<Order> {
    let mut ranking: Ranking = Ranking::default();
    for &(score, outcome) in rows {
        ranking.add_score(score, outcome).expect("a finite score");
    }
    ranking.order().expect("room")
}

#[test]
fn any_finite_score_has_an_order() {
    // 40 scores, the two positives in the first and the third place: the head of 5 % is two,
    // that of 10 % four.
    let rows: Vec<(f64, bool)> = (0..40)
        .map(|place| (-1e9 * f64::from(place), [0, 2].contains(&place)))
        .collect();
    let found = order(&rows).expect("both classes");
    assert_close(found.lift_top5, (1.0 / 2.0) / (2.0 / 40.0));
    assert_close(found.lift_top10, (2.0 / 4.0) / (2.0 / 40.0));
    assert_close(found.auc, (38.0 + 37.0) / (2.0 * 38.0));
    assert_close(found.average_precision, (1.0 + 2.0 / 3.0) / 2.0);
    // With equal scores every head is like the whole, also a head of half a customer.
    let equal = order(&[(7.0, true), (7.0, false), (7.0, false)]).expect("both classes");
    assert_close(equal.lift_top5, 1.0);
    assert_close(equal.lift_top10, 1.0);
    // Half of the first of five, or all of it: it is the positive, of whom there is one.
    let few = order(&[
        (5.0, true),
        (4.0, false),
        (3.0, false),
        (2.0, false),
        (1.0, false),
    ])
    .expect("both classes");
    assert_close(few.lift_top5, 5.0);
    assert_close(few.lift_top10, 5.0);
    assert_eq!(order(&[(1.0, true)]), None);
    assert_eq!(order(&[]), None);
    for score in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(
            <Ranking>::default().add_score(score, true).is_err(),
            "{score}"
        );
    }
}

/// The rate in the head over the rate of all. Each customer counts with the chance to be in the
/// head, which is the average over all random orders of equal scores.
fn lift_by_definition(rows: &[(f64, bool)], share: f64) -> f64 {
    let head = share * rows.len() as f64;
    let chance = |score: f64| {
        let above = rows.iter().filter(|row| row.0 > score).count() as f64;
        let equal = rows.iter().filter(|row| row.0 == score).count() as f64;
        ((head - above) / equal).clamp(0.0, 1.0)
    };
    let positives = || rows.iter().filter(|row| row.1);
    positives().map(|row| chance(row.0)).sum::<f64>()
        / head
        / (positives().count() as f64 / rows.len() as f64)
}

/// The formulas as they are written, in quadratic time.
fn by_definition(rows: &[(f64, bool)]) -> Quality {
    let n = rows.len() as f64;
    let scores_of = |class: bool| {
        rows.iter()
            .filter(move |row| row.1 == class)
            .map(|row| row.0)
    };
    let positives = scores_of(true).count() as f64;
    let wins: f64 = scores_of(true)
        .flat_map(|p| {
            scores_of(false).map(move |q| {
                if p > q {
                    1.0
                } else if p == q {
                    0.5
                } else {
                    0.0
                }
            })
        })
        .sum();
    let precision_at = |cut: f64| {
        let taken = rows.iter().filter(|row| row.0 >= cut).count() as f64;
        rows.iter().filter(|row| row.0 >= cut && row.1).count() as f64 / taken
    };
    let outcome = |row: &(f64, bool)| f64::from(u8::from(row.1));
    let group =
        |row: &(f64, bool)| 10 * rows.iter().filter(|other| other.0 < row.0).count() / rows.len();
    Quality {
        auc: wins / (positives * (n - positives)),
        average_precision: scores_of(true).map(precision_at).sum::<f64>() / positives,
        brier: rows
            .iter()
            .map(|row| (row.0 - outcome(row)).powi(2))
            .sum::<f64>()
            / n,
        calibration_error: (0..10)
            .map(|bin| {
                let members = rows.iter().filter(|row| group(row) == bin);
                members.map(|row| row.0 - outcome(row)).sum::<f64>().abs()
            })
            .sum::<f64>()
            / n,
    }
}

#[test]
fn an_interval_needs_two_of_each() {
    let of = |positive: &[f64], negative: &[f64]| {
        let found = pooled_auc(&[(positive.to_vec(), negative.to_vec())]).expect("room");
        found.map(|found| found.interval(1.959_963_984_540_054))
    };
    assert_eq!(of(&[], &[]), None);
    assert_eq!(of(&[0.1], &[0.2, 0.3]), None);
    assert_eq!(of(&[0.1, 0.2], &[0.3]), None);
    for (positive, negative, auc) in [([0.3, 0.4], [0.1, 0.2], 1.0), ([0.1, 0.2], [0.3, 0.4], 0.0)]
    {
        let certain = of(&positive, &negative).expect("an interval");
        assert_eq!((certain.lower, certain.auc, certain.upper), (auc, auc, auc));
    }
    // The positives win 0 and 1, the negatives 0.5 each: the variance is 0.5/2, and 1.96·0.5 is
    // 3.92 on the scale of log odds.
    let wide = of(&[0.1, 0.3], &[0.2, 0.2]).expect("an interval");
    assert_close(wide.auc, 0.5);
    assert_close(wide.lower, 1.0 / (1.0 + 3.919_927_969_080_108_f64.exp()));
    assert_close(wide.upper, 1.0 - wide.lower);
}

#[test]
fn rankings_are_pooled_without_comparing_their_scores() {
    // The second ranking's scores are all above the first's, which must not matter.
    let first = (vec![0.5, 0.2], vec![0.1, 0.3, 0.6]);
    let second = (vec![10.5], vec![10.1, 10.7, 10.2]);
    let found = pooled_auc(&[first, second])
        .expect("room")
        .expect("an interval");
    // Of the three negatives the positives win 2, 1 and 2.
    assert_close(found.auc, 5.0 / 9.0);
    // Shares won: 2/3, 1/3, 2/3. Above the three negatives are 3, 1 and 1 positives.
    let variance = (1.0 / 27.0) / 3.0 + pooled_variance([3.0, 1.0, 1.0]) / 3.0;
    assert_close(found.variance, variance);
    // The odds are 5/4, and dA/d(log odds) = 5/9·4/9.
    let factor = (variance.sqrt() * 81.0 / 20.0).exp();
    let interval = found.interval(1.0);
    assert_close(interval.lower / (1.0 - interval.lower), 1.25 / factor);
    assert_close(interval.upper / (1.0 - interval.upper), 1.25 * factor);
    assert_eq!(pooled_auc(&[]), Ok(None));
}

/// The sample variance of the shares of three positives that are above each negative.
fn pooled_variance(above: [f64; 3]) -> f64 {
    let mean = above.iter().sum::<f64>() / 9.0;
    above
        .iter()
        .map(|count| (count / 3.0 - mean).powi(2))
        .sum::<f64>()
        / 2.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_measures_follow_the_definitions(
        rows in prop::collection::vec(((0..20u8).prop_map(|p| f64::from(p) / 19.0), any::<bool>()), 2..80),
        at in 0..80usize,
    ) {
        let (left, right) = rows.split_at(at.min(rows.len()));
        let mut ranking: Ranking = Ranking::default();
        let mut other = Ranking::default();
        for &(score, outcome) in right.iter().rev() {
            ranking.add(score, outcome)?;
        }
        for &(score, outcome) in left {
            other.add(score, outcome)?;
        }
        ranking.merge(&other)?;
        let found = ranking.finish()?;
        // Neither the order nor the split nor finishing twice makes a difference.
        prop_assert_eq!(found, quality(&rows));
        prop_assert_eq!(found, ranking.finish()?);
        if let Some(found) = found {
            let expected = by_definition(&rows);
            assert_close(found.auc, expected.auc);
            assert_close(found.average_precision, expected.average_precision);
            assert_close(found.brier, expected.brier);
            assert_close(found.calibration_error, expected.calibration_error);
            let order = ranking.order()?.expect("both classes");
            assert_eq!((order.auc, order.average_precision), (found.auc, found.average_precision));
            assert_close(order.lift_top5, lift_by_definition(&rows, 0.05));
            assert_close(order.lift_top10, lift_by_definition(&rows, 0.10));
        } else {
            prop_assert!(rows.iter().all(|row| row.1 == rows[0].1));
        }
    }
}
