use super::*;
use proptest::prelude::*;

fn fit(customers: &[Vec<f64>]) -> SpendFit {
    let mut fit = SpendFit::default();
    for days in customers {
        fit.add(days.iter().copied()).expect("room");
    }
    fit
}

fn model(customers: &[Vec<f64>]) -> Option<SpendModel> {
    fit(customers).finish().expect("room")
}

#[test]
fn the_model_is_that_of_scipy() {
    let customers = [
        vec![10.0, 12.0, 20.0],
        vec![30.0],
        vec![5.0, 5.0],
        vec![80.0, 40.0, 60.0, 100.0],
        vec![15.0],
        vec![22.0, 18.0],
        vec![9.0],
    ];
    let found = model(&customers).expect("spenders");
    // scipy 1.16: brentq for the shape, Nelder-Mead for the rest.
    let expected = [4.6403938301352685, 3.2796913576536673, 10.57748626868989];
    for (found, expected) in [found.p, found.q, found.gamma].into_iter().zip(expected) {
        assert!(
            (found / expected - 1.0).abs() < 1e-6,
            "{found} instead of {expected}"
        );
    }
    assert_eq!(found.validate(), Ok(()));
}

#[test]
fn nothing_spent_is_no_model() {
    assert_eq!(model(&[]), None);
    assert_eq!(model(&[vec![], vec![0.0, -5.0], vec![f64::INFINITY]]), None);
}

#[test]
fn what_tells_little_still_gives_a_model() {
    for customers in [
        vec![vec![20.0]],
        vec![vec![20.0; 400]; 400],
        vec![vec![1e-300, 1e300]; 30],
        vec![vec![1e-300], vec![1e300]],
        vec![vec![f64::MIN_POSITIVE; 3]; 3],
    ] {
        let found = model(&customers).expect("spenders");
        assert_eq!(found.validate(), Ok(()), "{customers:?}");
    }
}

#[test]
fn losses_and_money_units_do_not_matter() {
    let customers: Vec<Vec<f64>> = (1..60)
        .map(|number| {
            (0..number % 7 + 1)
                .map(|day| f64::from(number % 11 + 3 * day + 1))
                .collect()
        })
        .collect();
    let found = model(&customers).expect("spenders");
    let with_losses: Vec<Vec<f64>> = customers
        .iter()
        .map(|days| days.iter().copied().chain([-4.0, 0.0]).collect())
        .collect();
    assert_eq!(model(&with_losses), Some(found));
    let in_cents: Vec<Vec<f64>> = customers
        .iter()
        .map(|days| days.iter().map(|spent| spent * 100.0).collect())
        .collect();
    let cents = model(&in_cents).expect("spenders");
    assert!((cents.p / found.p - 1.0).abs() < 1e-9 && (cents.q / found.q - 1.0).abs() < 1e-6);
    assert!((cents.gamma / found.gamma / 100.0 - 1.0).abs() < 1e-6);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn order_splits_and_repetition_do_not_matter(
        customers in prop::collection::vec(prop::collection::vec(-1.0..200.0_f64, 0..6), 0..60),
        at in 0..60usize,
    ) {
        let expected = model(&customers);
        let (left, right) = customers.split_at(at.min(customers.len()));
        let reversed: Vec<_> = right.iter().rev().cloned().collect();
        let (mut merged, source) = (fit(&reversed), fit(left));
        merged.merge(&source).expect("room");
        prop_assert_eq!(merged.finish(), Ok(expected));
        prop_assert_eq!(merged.finish(), Ok(expected));
        prop_assert_eq!(source.spenders.len(), fit(left).spenders.len());
        merged.merge(&SpendFit::default()).expect("room");
        prop_assert_eq!(merged.finish(), Ok(expected));
    }
}
