use super::*;
use proptest::prelude::*;

fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{found} instead of {expected}"
    );
}

fn uplift(treated: &[f64], held_out: &[f64]) -> Uplift {
    let mut state = Uplift::default();
    for (group, held) in [(treated, false), (held_out, true)] {
        for &revenue in group {
            state.add(held, revenue > 0.0, revenue).unwrap();
        }
    }
    state
}

fn share((converted, observed): (u64, u64)) -> Share {
    Share {
        converted: converted as f64,
        observed: observed as f64,
    }
}

/// Newcombe (1998), table II, method 10, with the four digits that are printed there.
#[test]
fn newcombe_gives_the_published_intervals() {
    for (first, second, lower, upper) in [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ] {
        let (found_lower, found_upper) = newcombe(share(first), share(second)).unwrap();
        assert_close(found_lower, lower, 5e-5);
        assert_close(found_upper, upper, 5e-5);
    }
    assert_eq!(newcombe(share((0, 0)), share((1, 10))), None);
    assert_eq!(newcombe(share((1, 10)), share((0, 0))), None);
}

proptest! {
    #[test]
    fn newcombe_holds_the_difference_and_stays_within_1(
        (x1, n1) in (1..10_000u64).prop_flat_map(|n| (0..=n, Just(n))),
        (x2, n2) in (1..10_000u64).prop_flat_map(|n| (0..=n, Just(n))),
    ) {
        let (lower, upper) = newcombe(share((x1, n1)), share((x2, n2))).unwrap();
        let difference = x1 as f64 / n1 as f64 - x2 as f64 / n2 as f64;
        prop_assert!(lower <= difference && difference <= upper);
        prop_assert!(-1.0 - 1e-15 <= lower && upper <= 1.0 + 1e-15);
        let (mirrored_lower, mirrored_upper) = newcombe(share((x2, n2)), share((x1, n1))).unwrap();
        prop_assert_eq!((mirrored_lower, mirrored_upper), (-upper, -lower));
    }
}

/// Worked by hand: both groups have a variance of 10, so v = 4, ν = 8, t = 2.306004135.
#[test]
fn welch_of_a_small_example() {
    let found = uplift(&[2.0, 4.0, 6.0, 8.0, 10.0], &[1.0, 3.0, 5.0, 7.0, 9.0]);
    let revenue = found.revenue_per_customer();
    assert_eq!(revenue.uplift(), Some(1.0));
    let (lower, upper) = revenue.interval.unwrap();
    assert_close(lower, 1.0 - 2.0 * 2.306004135, 1e-9);
    assert_close(upper, 1.0 + 2.0 * 2.306004135, 1e-9);
    // (1.959964 + 0.841621)² · 20 + 0.96 = 157.94
    assert_eq!(revenue.needed_per_group, Some(158));
}

/// The variance of whole numbers around a large one, which a sum of squares in plain `f64`
/// gets wrong from 1e8 on.
#[test]
fn the_variance_survives_a_large_mean() {
    for (offset, tolerance) in [(0.0, 1e-14), (1e3, 1e-14), (-1e9, 1e-14), (1e12, 1e-11)] {
        let values: Vec<f64> = (0..1000)
            .map(|i| offset + f64::from(i * 7919 % 1000))
            .collect();
        let group = uplift(&values, &[]).treated;
        assert_close(group.variance(), 1000.0 * 1001.0 / 12.0, tolerance);
    }
}

#[test]
fn groups_too_small_for_an_interval() {
    let empty = uplift(&[], &[1.0, 2.0]);
    for comparison in [empty.conversion_rate(), empty.revenue_per_customer()] {
        assert_eq!((comparison.treated, comparison.held_out), (0, 2));
        assert_eq!((comparison.treated_mean, comparison.uplift()), (None, None));
        assert_eq!(comparison.interval, None);
        assert_eq!(comparison.needed_per_group, None);
    }
    let single = uplift(&[5.0], &[1.0, 2.0]).revenue_per_customer();
    assert_eq!((single.uplift(), single.interval), (Some(3.5), None));
    assert_eq!(single.needed_per_group, None);
    let constant = uplift(&[5.0, 5.0], &[0.1, 0.1, 0.1]).revenue_per_customer();
    assert_eq!((constant.interval, constant.needed_per_group), (None, None));
    assert!(Uplift::default().is_empty() && !single_customer().is_empty());
}

fn single_customer() -> Uplift {
    uplift(&[0.0], &[])
}

#[test]
fn no_difference_needs_no_number() {
    let same = uplift(&[0.0, 1.0], &[1.0, 0.0]);
    assert_eq!(same.conversion_rate().needed_per_group, None);
    assert_eq!(same.revenue_per_customer().needed_per_group, None);
    // 1e-12 among values of 1 would take more than 2⁵³ customers.
    let tiny = uplift(&[0.0, 1.0], &[0.0, 1.0 + 1e-12]).revenue_per_customer();
    assert_eq!(tiny.needed_per_group, None);
    // statsmodels: samplesize_proportions_2indep_onetail(0.1, 0.6, 0.8) = 355.94.
    assert_eq!(needed_for_rates(0.6, 0.7), Some(356));
    assert_eq!(needed_for_rates(1.0, 0.0), Some(2));
    for same in [0.0, 0.3, 1.0] {
        assert_eq!(needed_for_rates(same, same), None);
    }
}

#[test]
fn revenue_must_be_money() {
    for revenue in [f64::NAN, f64::INFINITY, -1.1e100] {
        let error = Uplift::default().add(true, true, revenue).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("revenue must be a number from -1e100 to 1e100, got {revenue}")
        );
    }
    let largest = uplift(&[1e100, -1e100, 1e100], &[1e100, 0.0]).revenue_per_customer();
    assert!(
        largest
            .interval
            .is_some_and(|(a, b)| a.is_finite() && b.is_finite())
    );
}
