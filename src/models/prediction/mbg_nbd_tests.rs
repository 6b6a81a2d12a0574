use super::*;
use proptest::prelude::*;

const CDNOW: Parameters = Parameters {
    r: 0.6,
    alpha: 56.0,
    a: 0.64,
    b: 1.18,
};
const BOTH: [Dropout; 2] = [Dropout::AfterEveryPurchase, Dropout::AfterRepeatPurchases];

#[test]
fn parameters_out_of_range_are_named() {
    for (bad, name) in [
        ([0.0, 1.0, 1.0, 1.0], "r "),
        ([1.0, f64::NAN, 1.0, 1.0], "alpha "),
        ([1.0, 1.0, -1.0, 1.0], "a "),
        ([1.0, 1.0, 1.0, f64::INFINITY], "b "),
    ] {
        let error = Parameters::new(bad[0], bad[1], bad[2], bad[3]).expect_err("out of range");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_new_customer_is_the_special_case_of_any_customer() {
    let new = Customer::new(&CDNOW, Dropout::AfterEveryPurchase, 0, 0.0, 0.0);
    let general = new.return_probability(180.0);
    assert!((CDNOW.new_customer_return_probability(180.0) - general).abs() < 1e-15);
}

#[test]
fn under_bg_nbd_one_time_buyers_never_leave() {
    let customer = Customer::new(&CDNOW, Dropout::AfterRepeatPurchases, 0, 0.0, 3.6e6);
    assert_eq!(customer.alive_probability(), 1.0);
}

/// The same expectation by integrating over the dropout probability p:
/// E[(1 − (1 + p·h/(α+T))^(−R)) / p], p ~ Beta(a, b+k), by Simpson's rule.
#[test]
fn the_series_agrees_with_the_integral_over_the_dropout_probability() {
    let parameters = Parameters {
        r: 0.9,
        alpha: 40.0,
        a: 2.0,
        b: 3.0,
    };
    for (x, t, u, days) in [
        (0, 0.0, 10.0, 365.0),
        (5, 200.0, 3.0, 90.0),
        (40, 400.0, 5.0, 2000.0),
    ] {
        let customer = Customer::new(&parameters, Dropout::AfterEveryPurchase, x, t, u);
        let (shape, odds) = (0.9 + f64::from(x), days / (40.0 + t + u));
        let b = 3.0 + f64::from(x) + 1.0;
        // p(1−p)^(b−1)·b(b+1) is the density of Beta(2, b).
        let integrand = |p: f64| {
            b * (b + 1.0) * (1.0 - p).powf(b - 1.0) * (1.0 - (1.0 + p * odds).powf(-shape))
        };
        let steps = 20_000;
        let h = 1.0 / f64::from(steps);
        let integral: f64 = (0..=steps)
            .map(|i| {
                let weight = if i == 0 || i == steps {
                    1.0
                } else {
                    f64::from(2 + 2 * (i % 2))
                };
                weight * integrand(f64::from(i) * h)
            })
            .sum::<f64>()
            * h
            / 3.0;
        let expected = customer.alive_probability() * integral;
        let actual = customer.expected_purchases(days);
        assert!(
            (actual - expected).abs() < 2e-6 * (1.0 + expected),
            "{actual} {expected}"
        );
    }
}

#[test]
fn certain_survival_leaves_the_negative_binomial_mean() {
    let parameters = Parameters {
        r: 2.0,
        alpha: 1.0,
        a: 1e-9,
        b: 1e6,
    };
    let customer = Customer::new(
        &parameters,
        Dropout::AfterEveryPurchase,
        3_000,
        4_000.0,
        1.0,
    );
    let mean = 3_002.0 * 1_000.0 / 4_002.0;
    assert!((customer.expected_purchases(1_000.0) / mean - 1.0).abs() < 1e-6);
}

fn parameter() -> impl Strategy<Value = f64> {
    (-9.0..9.0f64).prop_map(|e| 10f64.powf(e))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn everything_is_finite_and_probabilities_are_probabilities(
        (r, alpha, a, b) in (parameter(), parameter(), parameter(), parameter()),
        x in prop_oneof![Just(0u32), 1..50u32, Just(5_000), Just(1_000_000)],
        t in prop_oneof![Just(0.0), 1.0..3.6e6],
        u in prop_oneof![Just(0.0), 1.0..3.6e6],
        days in 1.0..36_500.0,
    ) {
        let parameters = Parameters::new(r, alpha, a, b).expect("in range");
        for dropout in BOTH {
            let customer = Customer::new(&parameters, dropout, x, t, u);
            for p in [customer.silence_survival(), customer.alive_probability(), customer.return_probability(days)] {
                prop_assert!((0.0..=1.0).contains(&p), "{p}");
            }
            let next = customer.next_return_days(365.0);
            prop_assert!((0.0..=365.0).contains(&next), "{next}");
            let expected = customer.expected_purchases(days);
            prop_assert!((0.0..=f64::from(MOST_PURCHASES)).contains(&expected), "{expected}");
        }
    }

    #[test]
    fn silence_lowers_the_return_probability(
        x in 0..200u32, t in 0.0..3_000.0, u in 0.0..3_000.0, more in 0.5..500.0, days in 1.0..400.0,
    ) {
        for dropout in BOTH {
            let now = Customer::new(&CDNOW, dropout, x, t, u);
            let later = Customer::new(&CDNOW, dropout, x, t, u + more);
            prop_assert!(later.return_probability(days) <= now.return_probability(days));
            prop_assert!(later.expected_purchases(days) <= now.expected_purchases(days) + 1e-6);
            prop_assert!(now.return_probability(days) <= now.return_probability(days + 1.0));
            prop_assert!(now.return_probability(days) <= now.expected_purchases(days) + 1e-6);
        }
    }
}
