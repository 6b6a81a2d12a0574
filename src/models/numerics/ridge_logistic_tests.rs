//! The conditions of the minimum, and what must not disturb the fit. Values of scikit-learn are in
//! tests/golden/ridge_logistic.csv.

use super::*;
use proptest::prelude::*;

fn example<const N: usize>(features: [f64; N], outcome: bool) -> Example<N> {
    Example { features, outcome }
}

fn fit<const N: usize>(examples: &[Example<N>]) -> RidgeLogistic<N> {
    RidgeLogistic::fit(examples.to_vec(), 1.0)
        .expect("valid")
        .expect("both outcomes")
}

/// At the minimum the errors sum to zero, and with each feature to minus its weight.
fn assert_is_minimum<const N: usize>(model: &RidgeLogistic<N>, examples: &[Example<N>]) {
    let error = |e: &Example<N>| f64::from(u8::from(e.outcome)) - model.probability(&e.features);
    let tolerance = 1e-7;
    let sum: f64 = examples.iter().map(error).sum();
    assert!(sum.abs() < tolerance, "{sum}");
    for j in 0..N {
        let with = |e: &Example<N>| error(e) * model.standardise(&e.features)[j];
        let sum: f64 = examples.iter().map(with).sum();
        assert!(
            (sum - model.weights[j]).abs() < tolerance,
            "{j}: {sum} {model:?}"
        );
    }
}

#[test]
fn without_both_outcomes_there_is_no_model() {
    assert_eq!(RidgeLogistic::<1>::fit(vec![], 1.0), Ok(None));
    for outcome in [false, true] {
        let examples = vec![example([1.0], outcome), example([2.0], outcome)];
        assert_eq!(RidgeLogistic::fit(examples, 1.0), Ok(None));
    }
}

#[test]
fn wrong_numbers_are_errors() {
    for feature in [f64::NAN, f64::INFINITY, 1e200] {
        let examples = vec![example([feature], true), example([0.0], false)];
        assert!(RidgeLogistic::fit(examples, 1.0).is_err(), "{feature}");
    }
    for precision in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            RidgeLogistic::<1>::fit(vec![], precision).is_err(),
            "{precision}"
        );
    }
}

#[test]
fn features_that_do_not_vary_have_no_weight() {
    let examples: Vec<_> = (0..100)
        .map(|i| example([f64::from(i % 10), 0.1, -7e9], i % 10 > 4))
        .collect();
    let model = fit(&examples);
    assert_is_minimum(&model, &examples);
    assert!(model.weights[0] > 1.0);
    assert_eq!(model.weights[1..], [0.0, 0.0]);
    let alone = fit(&(0..100)
        .map(|i| example([f64::from(i % 10)], i % 10 > 4))
        .collect::<Vec<_>>());
    assert!((alone.weights[0] - model.weights[0]).abs() < 1e-12);
    // With nothing to go by, the share is the answer.
    let blind = fit(&[
        example([3.0], true),
        example([3.0], false),
        example([3.0], false),
    ]);
    assert!((blind.probability(&[99.0]) - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn a_feature_that_separates_has_a_finite_weight() {
    let examples: Vec<_> = (0..1_000)
        .map(|i| example([f64::from(i)], i >= 990))
        .collect();
    let model = fit(&examples);
    assert_is_minimum(&model, &examples);
    assert!((1.0..20.0).contains(&model.weights[0]), "{model:?}");
    let two = fit(&[example([-1e100], false), example([1e100], true)]);
    assert_is_minimum(&two, &[example([-1e100], false), example([1e100], true)]);
}

#[test]
fn contributions_add_up_to_the_log_odds() {
    let examples: Vec<_> = (0..50)
        .map(|i| example([f64::from(i % 7), f64::from(i % 3)], i % 7 + i % 3 > 5))
        .collect();
    let model = fit(&examples);
    let sum: f64 = model.contributions(&[4.0, 1.0]).iter().sum();
    assert!((model.intercept + sum - model.log_odds(&[4.0, 1.0])).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_fit_is_the_minimum_in_any_order_and_unit(
        rows in prop::collection::vec((-3..4i32, -1e3..1e3f64, any::<bool>(), any::<bool>()), 2..60),
        swap in 0..60usize,
    ) {
        let mut examples: Vec<_> = rows
            .iter()
            .map(|&(a, b, c, outcome)| example([f64::from(a), b, f64::from(u8::from(c)), f64::from(a)], outcome))
            .collect();
        let Some(model) = RidgeLogistic::fit(examples.clone(), 1.0)? else {
            return Ok(());
        };
        assert_is_minimum(&model, &examples);
        // The same feature twice has the same weight twice.
        prop_assert!((model.weights[0] - model.weights[3]).abs() < 1e-8);
        // Bit for bit.
        examples.reverse();
        let at = swap % examples.len();
        examples.swap(0, at);
        prop_assert_eq!(&model, &fit(&examples));
        for example in &mut examples {
            example.features[1] = example.features[1] * 1e-3 + 5.0;
        }
        let scaled = fit(&examples);
        for j in 0..4 {
            prop_assert!((model.weights[j] - scaled.weights[j]).abs() < 1e-6);
        }
    }
}
