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

/// Where every buyer spends the same, revenue is the share of buyers times that: 2 of 10 against 1
/// of 20.
#[test]
fn equal_amounts_are_a_share() {
    let spent = |buyers: usize, customers: usize| {
        let mut group = vec![0.0; customers];
        group[..buyers].fill(40.0);
        group
    };
    let found = uplift(&spent(2, 10), &spent(1, 20));
    let (lower, upper) = found.revenue_per_customer().interval.unwrap();
    let (low, high) = found.conversion_rate().interval.unwrap();
    assert_close(lower, 40.0 * low, 1e-12);
    assert_close(upper, 40.0 * high, 1e-12);
}

/// By hand: nobody held out bought, so their unit is that of the buyers, Σx²/Σx = 1000/40 = 25, and
/// so is that of those treated. Wilson's limits of 40/25 = 1.6 in 20 and of 0 in 10 are .019460,
/// .275885 and 0, .277533.
#[test]
fn a_group_without_buyers_borrows_their_unit() {
    let mut treated = [0.0; 20];
    treated[..2].copy_from_slice(&[10.0, 30.0]);
    let (lower, upper) = uplift(&treated, &[0.0; 10])
        .revenue_per_customer()
        .interval
        .unwrap();
    assert_close(
        lower,
        25.0 * (0.08 - ((0.08_f64 - 0.019_460).powi(2) + 0.277_533_f64.powi(2)).sqrt()),
        1e-4,
    );
    assert_close(upper, 25.0 * 0.275_885, 1e-4);
}

/// Where refunds take more than a third of sales, or nearly everybody buys, revenue is no share.
#[test]
fn what_is_no_share_has_welchs_interval() {
    let few = |bought: [f64; 3]| {
        let mut group = [0.0; 40];
        group[..3].copy_from_slice(&bought);
        group
    };
    for (treated, held_out) in [
        (few([30.0, 30.0, -25.0]), few([30.0, 0.0, -25.0])),
        (few([30.0, 0.0, -30.0]), few([0.0; 3])),
        (few([30.0, 30.0, 0.0]), few([30.0, 0.0, -40.0])),
        ([6.0; 40], few([6.0, 5.0, 4.0])),
    ] {
        let found = uplift(&treated, &held_out).revenue_per_customer();
        let (lower, upper) = found.interval.unwrap();
        assert_close(lower + upper, 2.0 * found.uplift().unwrap(), 1e-12);
    }
}

/// One return among many sales makes an order hardly larger, and the interval hardly wider.
#[test]
fn a_refund_does_not_change_the_kind_of_interval() {
    let group = |buyers: usize, returned: f64| {
        let mut group = vec![0.0; 200];
        group[..buyers].fill(40.0);
        group[buyers] = returned;
        uplift(&group, &group[..100])
    };
    let width = |found: Uplift| {
        let (lower, upper) = found.revenue_per_customer().interval.unwrap();
        assert!(-lower < 0.99 * upper || upper < -0.99 * lower, "no share");
        upper - lower
    };
    let more = width(group(40, -5.0)) / width(group(40, 0.0));
    assert!((1.0..1.02).contains(&more), "{more}");
}

#[test]
fn one_customer_has_no_interval_of_revenue_and_two_have() {
    let interval = |held_out: &[f64]| {
        uplift(&[0.0, 10.0, 0.0, 0.0], held_out)
            .revenue_per_customer()
            .interval
    };
    assert_eq!(interval(&[]), None);
    assert_eq!(interval(&[10.0]), None);
    let (lower, upper) = interval(&[0.0, 0.0]).unwrap();
    assert!(lower < 2.5 && 2.5 < upper, "{lower} to {upper}");
    assert_eq!(
        uplift(&[0.0; 4], &[0.0; 2]).revenue_per_customer().interval,
        None
    );
}

proptest! {
    #[test]
    fn the_interval_of_revenue_holds_the_uplift(
        treated in prop::collection::vec(revenue(), 2..60),
        held_out in prop::collection::vec(revenue(), 2..60),
    ) {
        let found = uplift(&treated, &held_out).revenue_per_customer();
        let mirrored = uplift(&held_out, &treated).revenue_per_customer();
        let varies = |group: &[f64]| group.iter().any(|&revenue| revenue != group[0]);
        prop_assert_eq!(found.interval.is_some(), varies(&treated) || varies(&held_out));
        if let Some((lower, upper)) = found.interval {
            let difference = found.uplift().unwrap();
            prop_assert!(lower <= difference && difference <= upper);
            prop_assert!((upper - lower).is_finite());
            prop_assert_eq!(mirrored.interval, Some((-upper, -lower)));
        }
    }
}

/// Mostly nothing, some orders, some refunds that may cancel them.
fn revenue() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => Just(0.0),
        2 => (1..1000_u32).prop_map(f64::from),
        1 => Just(20.0),
        1 => prop::sample::select(vec![-20.0, -999.0, 1e100, -1e100, 1e-100]),
    ]
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
