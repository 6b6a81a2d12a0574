use super::*;
use crate::models::numerics::normal::student_quantile;
use proptest::prelude::*;

/// A customer who surely buys.
fn certain(revenue: f64) -> Expectation {
    Expectation {
        revenue,
        ln_none: f64::MIN_POSITIVE.ln(),
    }
}

/// A customer: the cohort, expected and actual revenue by window, and what is ahead.
type Given = (CohortKey, Vec<(f64, f64)>, [f64; 2]);

fn outlook(windows: i32, customers: &[Given]) -> CohortOutlook {
    let mut outlook = CohortOutlook::default();
    let span = Span {
        outsets: (0..=windows).map(|window| window * 10).collect(),
        ends: vec![windows * 10 + 5, windows * 10 + 20],
    };
    outlook.set_span(&span).expect("the same days");
    for (cohort, past, ahead) in customers {
        for (window, &(expected, actual)) in past.iter().enumerate() {
            let added = outlook.compare(*cohort, window, expected, actual);
            added.expect("memory");
        }
        let added = outlook.expect(*cohort, ahead.iter().copied().map(certain));
        added.expect("memory");
    }
    outlook
}

#[test]
fn one_window_worked_out_by_hand() {
    let given = [
        ((1, 0), vec![(1.0, 4.0)], [2.0, 4.0]),
        ((1, 0), vec![(1.0, 0.0)], [2.0, 4.0]),
        ((1, 1), vec![(2.0, 12.0)], [1.0, 2.0]),
    ];
    let rows = outlook(1, &given).table().expect("small amounts");
    // 16 of 4: the factor 4, of which half is taken in logarithms, 2.
    let level = 4f64.ln() / 2.0;
    let level_variance = 2.0 * level * level * 1.5;
    let dispersion = (0.0 + 16.0 + 16.0) / 16.0;
    // Cohorts: 4 − 8 and 12 − 8, no more apart than the customers are.
    let spread = 0.0;
    let errors = PastErrors {
        level,
        level_variance,
        dispersion,
        // Off by 3, 1 and 10.
        freedom: 2.0 * 110.0 * 110.0 / 10_082.0,
        spread,
    };
    let found = outlook(1, &given).past_errors().expect("small amounts");
    let found = found.expect("a window");
    assert!((found.level - errors.level).abs() < 1e-15);
    assert!((found.level_variance - errors.level_variance).abs() < 1e-15);
    assert!((found.dispersion - errors.dispersion).abs() < 1e-12);
    assert!((found.freedom - errors.freedom).abs() < 1e-12);
    assert_eq!(found.spread, errors.spread);
    let expected: Vec<_> = rows.iter().map(|row| row.expected).collect();
    for (found, right) in expected.iter().zip([8.0, 16.0, 2.0, 4.0]) {
        assert!((found - right).abs() < 1e-12);
    }
    // 20 days ahead are two windows.
    let (low, high) = rows[1].interval.expect("a window");
    let (own, relative) = (dispersion / 16.0, dispersion / 16.0 + level_variance);
    let variance = (2.0 * relative).ln_1p();
    let t = student_quantile(0.9, errors.freedom * (relative / own).powi(2));
    assert!((low * high - 256.0 * (-variance).exp()).abs() < 1e-9);
    assert!(((high / low).ln() - 2.0 * t * variance.sqrt()).abs() < 1e-12);
}

#[test]
fn without_a_past_there_is_no_interval() {
    let young = outlook(0, &[((1, 0), vec![], [3.0, 5.0])]);
    let rows = young.table().expect("small amounts");
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.interval.is_none()));
    assert_eq!(rows[1].expected, 5.0);
    for (expected, actual) in [(0.0, 3.0), (3.0, 0.0), (3.0, -1.0), (1.0, 1e200)] {
        let odd = outlook(1, &[((1, 0), vec![(expected, actual)], [3.0, 5.0])]);
        let rows = odd.table().expect("small amounts");
        assert_eq!((rows[0].expected, rows[0].interval), (3.0, None));
    }
    assert_eq!(CohortOutlook::default().table(), Ok(Vec::new()));
}

#[test]
fn days_are_the_same_and_sums_are_finite() {
    let mut found = outlook(1, &[]);
    assert!(found.merge(&outlook(2, &[])).is_err());
    assert!(found.merge(&CohortOutlook::default()).is_ok());
    let many = vec![((1, 0), vec![(1.0, 1.0)], [f64::MAX, f64::MAX]); 2];
    assert!(outlook(1, &many).table().is_err());
}

fn given() -> impl Strategy<Value = Given> {
    let window = (0.0..1e4, -10.0..1e4);
    let past = prop::collection::vec(window, 3);
    ((0..2i64, 0..4i64), past, (0.0..1e4, 0.0..1e4))
        .prop_map(|(cohort, past, (near, more))| (cohort, past, [near, near + more]))
}

proptest! {
    #[test]
    fn order_and_splits_do_not_matter(
        customers in prop::collection::vec(given(), 0..30),
        cut in 0..30usize,
    ) {
        let whole = outlook(3, &customers).table().unwrap();
        let cut = cut.min(customers.len());
        let mut merged = outlook(3, &customers[cut..]);
        merged.merge(&outlook(3, &customers[..cut])).unwrap();
        let merged = merged.table().unwrap();
        prop_assert_eq!(whole.len(), merged.len());
        for (whole, merged) in whole.iter().zip(&merged) {
            prop_assert_eq!((whole.cohort, whole.end), (merged.cohort, merged.end));
            prop_assert!((whole.expected - merged.expected).abs() <= 1e-9 * whole.expected);
            let ends = whole.interval.zip(merged.interval);
            let ((low, high), (other_low, other_high)) = ends.unwrap_or_default();
            prop_assert!((low - other_low).abs() <= 1e-7 * high);
            prop_assert!((high - other_high).abs() <= 1e-7 * high);
        }
    }

    #[test]
    fn an_interval_grows_with_the_days_and_never_ends_below_0(
        customers in prop::collection::vec(given(), 1..30),
    ) {
        for pair in outlook(3, &customers).table().unwrap().chunks(2) {
            prop_assert!(pair[0].expected <= pair[1].expected);
            for row in pair {
                let (low, high) = row.interval.unwrap_or_default();
                prop_assert!(0.0 <= low && low <= high);
            }
        }
    }
}

#[test]
fn where_perhaps_nobody_buys_the_interval_begins_at_nothing() {
    let errors = PastErrors {
        level: 0.0,
        level_variance: 0.01,
        dispersion: 40.0,
        freedom: 1e9,
        spread: 0.0,
    };
    let interval = |none: f64| {
        let expected = Expectation {
            revenue: 100.0,
            ln_none: none.ln(),
        };
        errors.interval(&expected, 1.0).expect("a variance")
    };
    assert!(interval(0.05).0 > 0.0);
    assert_eq!(interval(0.1).0, 0.0);
    // The mean square is 10,000·(1 + 0.41), or that of equal purchases which come at random.
    let (low, high) = interval(0.2);
    assert_eq!(low, 0.0);
    let mean_square = 1.41_f64.max(1.0 + 1.0 / 5.0_f64.ln());
    let (z, variance) = (student_quantile(0.875, 1e9), (mean_square * 0.8).ln());
    assert!((high - 125.0 * (z * variance.sqrt() - variance / 2.0).exp()).abs() < 1e-6);
    // Nine in ten spend nothing, but what is expected is within.
    assert_eq!(interval(0.95), (0.0, 100.0));
}

#[test]
fn a_past_without_errors_leaves_what_chance_does() {
    let rows = outlook(1, &[((1, 0), vec![(2.0, 2.0)], [3.0, 5.0])]).table();
    let rows = rows.expect("small amounts");
    assert_eq!(rows[0].expected, 3.0);
    let (low, high) = rows[0].interval.expect("a window");
    // They are as good as certain to buy, which is taken for so many purchases.
    let purchases = -f64::MIN_POSITIVE.ln();
    let width = 2.0 * student_quantile(0.9, f64::INFINITY) * (1.0 / purchases).ln_1p().sqrt();
    assert!(((high / low).ln() - width).abs() < 1e-9);
}
