use super::*;
use crate::models::prediction::model::PurchaseModel;
use crate::models::prediction::shop_model::{Prospect, ShopModel};
use crate::models::purchases::purchases::PurchaseHistory;

const SPEND: SpendModel = SpendModel {
    p: 3.5,
    q: 4.6,
    gamma: 34.0,
};

const SHOP: ShopModel = ShopModel {
    model: PurchaseModel::CDNOW,
    seasons: None,
    learned: None,
};

/// A customer with x purchases after the first, over t days, silent for u.
fn prospect(x: i32, t: i32, u: i32) -> Prospect<'static> {
    let days = (0..=x).map(|number| number * t / x.max(1));
    let history = PurchaseHistory::from_days(days, t).expect("room");
    let history = history.expect("days");
    SHOP.prospect(&history, None, t + u).expect("a prospect")
}

/// scipy 1.16: nbinom and the chances to stay for the number of purchases, betaprime for their sum,
/// brentq for the quantile. x, t, u, days ahead, what was spent, and the 10 and 90 % quantiles.
const SCIPY: [(i32, i32, i32, f64, f64, [f64; 2]); 7] = [
    (0, 0, 10, 365.0, 20.0, [0.0, 101.06910697239546]),
    (3, 100, 10, 365.0, 160.0, [0.0, 428.0678960139622]),
    (
        20,
        400,
        25,
        365.0,
        400.0,
        [19.795806370997568, 421.24081799381844],
    ),
    (20, 400, 25, 90.0, 400.0, [0.0, 132.08410748197684]),
    (
        100,
        700,
        3,
        365.0,
        9000.0,
        [1491.8993850121428, 5236.241054662502],
    ),
    (3, 100, 10, 3650.0, 160.0, [0.0, 2302.8819534532986]),
    (0, 0, 2000, 365.0, 15.0, [0.0, 0.0]),
];

#[test]
fn quantiles_are_those_of_scipy() {
    for (x, t, u, days, spent, expected) in SCIPY {
        let prospect = prospect(x, t, u);
        let found = SPEND
            .quantiles(f64::from(x + 1), spent, &prospect.outlook(days), [0.1, 0.9])
            .expect("room");
        for (found, expected) in found.into_iter().zip(expected) {
            // Numbers that are nearly the same are put together.
            assert!(
                (found - expected).abs() <= 1e-3 * expected,
                "{x} {t} {u} {days}: {found} instead of {expected}"
            );
        }
    }
}

#[test]
fn a_larger_chance_and_more_days_never_have_less() {
    for (x, t, u) in [(0, 0, 10), (3, 100, 10), (20, 400, 25), (100, 700, 3)] {
        let (prospect, mut before) = (prospect(x, t, u), [0.0; 5]);
        for days in [0.0, 1.0, 30.0, 365.0, 3650.0, 36_500.0] {
            let found = SPEND
                .quantiles(
                    f64::from(x + 1),
                    50.0 * f64::from(x),
                    &prospect.outlook(days),
                    [0.05, 0.1, 0.5, 0.9, 0.99],
                )
                .expect("room");
            assert!(found.is_sorted(), "{x}, {days}: {found:?}");
            // Other numbers of purchases are put together.
            let grows = found
                .iter()
                .zip(before)
                .all(|(now, then)| *now >= 0.999 * then);
            assert!(grows, "{x}, {days}: {found:?} after {before:?}");
            before = found;
        }
    }
}

#[test]
fn the_bounds_of_the_model_end_in_a_number() {
    for p in [P_BOUNDS.0, P_BOUNDS.1] {
        for q in [1.0 + 1e-9, MOST_Q] {
            let spend = SpendModel { p, q, gamma: 1e3 };
            assert_eq!(spend.validate(), Ok(()));
            for (x, t, u) in [(0, 0, 10), (300, 300, 0)] {
                let prospect = prospect(x, t, u);
                let found = spend
                    .quantiles(1.0, 1e9, &prospect.outlook(3650.0), [0.1, 0.9])
                    .expect("room");
                assert!(
                    found.iter().all(|end| end.is_finite()),
                    "{p} {q}: {found:?}"
                );
                assert!(found[0] <= found[1]);
            }
        }
    }
}

#[test]
fn a_bad_field_is_named() {
    for (spend, field) in [
        (SpendModel { p: 0.0, ..SPEND }, " p "),
        (SpendModel { q: 1.0, ..SPEND }, " q "),
        (
            SpendModel {
                gamma: f64::NAN,
                ..SPEND
            },
            " positive gamma",
        ),
    ] {
        let error = spend.validate().expect_err("a bad field").to_string();
        assert!(error.contains(field), "{error}");
    }
}
