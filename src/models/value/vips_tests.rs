//! Against the definition, which sorts all values.

use super::*;
use crate::models::numerics::median::median;
use proptest::prelude::*;

type Customer = (bool, f64);

/// Both passes, the first with room for so few buckets that most are closed, in parts.
fn bounds<const MOST: usize>(parts: &[&[Customer]]) -> Option<ValueBounds> {
    let mut outline = ValueOutline::<MOST>::default();
    for part in parts {
        let mut other = ValueOutline::default();
        for &(repeat, value) in *part {
            other.add(repeat, value).expect("room");
        }
        outline.merge(&other).expect("room");
    }
    let outline = outline.finish().expect("room").unwrap_or_default();
    let mut threshold = VipThreshold::default();
    for part in parts.iter().rev() {
        let mut other = VipThreshold::default();
        for &(repeat, value) in *part {
            other.add(repeat, value, &outline).expect("room");
        }
        threshold.merge(&other).expect("room");
    }
    let found = threshold.finish().expect("the same values");
    assert_eq!(threshold.finish().expect("the same values"), found);
    found
}

/// What [`VipThreshold::finish`] says in words.
fn definition(customers: &[Customer]) -> Option<ValueBounds> {
    let of = |side: bool| -> Vec<f64> {
        let values = customers.iter().filter(|(repeat, _)| *repeat == side);
        values.map(|(_, value)| counting(*value)).collect()
    };
    let (mut repeaters, others) = (of(true), of(false));
    let sum = |values: &mut dyn Iterator<Item = f64>| {
        let mut sum = Sum::default();
        values.for_each(|value| sum.add(value));
        sum.value()
    };
    let vip_value = median(&mut repeaters).and_then(|median| {
        let counted = |&value: &f64| value.min(MOST_MEDIANS * median);
        let needed = VIP_VALUE_SHARE * sum(&mut repeaters.iter().chain(&others).map(counted));
        repeaters.sort_unstable_by(|l, r| r.total_cmp(l));
        let mut held = Sum::default();
        let mut least = None;
        for (taken, value) in repeaters.iter().enumerate() {
            let are_enough = taken as f64 >= VIP_CUSTOMER_SHARE * customers.len() as f64;
            if held.value() >= needed && are_enough || *value <= median {
                break;
            }
            held.add(counted(value));
            least = Some(*value);
        }
        least
    });
    (!customers.is_empty()).then(|| ValueBounds {
        customers: customers.len() as i64,
        total_value: sum(&mut repeaters.iter().chain(&others).copied()),
        vip_value,
    })
}

fn vip_value(repeaters: &[f64], others: &[f64]) -> Option<f64> {
    let side = |values: &[f64], repeat| -> Vec<Customer> {
        values.iter().map(|&value| (repeat, value)).collect()
    };
    let customers = [side(repeaters, true), side(others, false)].concat();
    let found = bounds::<4>(&[&customers]);
    assert_eq!(found, bounds::<MOST_BUCKETS>(&[&customers]));
    found?.vip_value
}

#[test]
fn the_fewest_that_hold_a_fifth_are_vips() {
    assert_eq!(vip_value(&[50.0, 40.0, 10.0, 10.0], &[340.0]), Some(40.0));
    assert_eq!(vip_value(&[90.0, 40.0, 10.0, 10.0], &[300.0]), Some(90.0));
}

#[test]
fn one_percent_of_the_customers_are_vips_at_least() {
    // The first holds 20 of 95.9, but two of 150 are needed.
    let repeaters = [vec![20.0, 1.5, 1.4], vec![1.0; 73], vec![0.0; 74]].concat();
    assert_eq!(vip_value(&repeaters, &[]), Some(1.5));
}

#[test]
fn one_account_does_not_decide_who_else_is_a_vip() {
    let repeaters: Vec<f64> = (1..=500).map(f64::from).collect();
    let others = [50.0; 300];
    let vips = |repeaters: &[f64], others: &[f64]| {
        let least = vip_value(repeaters, others).expect("some VIPs");
        repeaters.iter().filter(|&&value| value >= least).count()
    };
    assert_eq!(vips(&repeaters, &others), 60);
    let with_account = [repeaters.as_slice(), &[1e9]].concat();
    assert_eq!(vips(&with_account, &others), 52);
    // A mistyped amount of somebody who bought once.
    let with_mistake = [others.as_slice(), &[1e9]].concat();
    assert_eq!(vips(&repeaters, &with_mistake), 62);
}

#[test]
fn identical_customers_have_no_vips() {
    assert_eq!(vip_value(&[7.0; 100], &[]), None);
    assert_eq!(vip_value(&[0.1; 3], &[]), None);
    assert_eq!(vip_value(&[], &[1.0, 2.0]), None);
    assert_eq!(vip_value(&[0.0; 5], &[0.0]), None);
    assert_eq!(bounds::<4>(&[]), None);
}

fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => (0..100_000_u32).prop_map(|cents| f64::from(cents) / 100.0),
        3 => (0..30_u32).prop_map(f64::from),
        // Long tails, and a crowd in so narrow a range that only the last bits differ.
        3 => (0.0..9.0_f64).prop_map(f64::exp),
        2 => (0..1_000_u32).prop_map(|n| 50.0 + f64::from(n) * 1e-12),
        1 => Just(0.0),
        1 => Just(-7.0),
        1 => Just(1e9),
        1 => Just(1e300),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
    ]
}

/// Customers of all kinds of values, or of so few that the VIPs and the median have equals.
fn customers() -> impl Strategy<Value = Vec<Customer>> {
    let repeat = || prop::bool::weighted(0.7);
    let few = prop_oneof![
        Just(0.0),
        Just(10.0),
        Just(10.0),
        Just(11.0),
        Just(250.0),
        Just(1e6)
    ];
    prop_oneof![
        prop::collection::vec((repeat(), value()), 0..400),
        prop::collection::vec((repeat(), few), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn two_passes_give_what_the_definition_does(
        customers in customers(),
        at in 0..400_usize,
    ) {
        let (left, right) = customers.split_at(at.min(customers.len()));
        let expected = definition(&customers);
        prop_assert_eq!(bounds::<4>(&[left, right]), expected);
        prop_assert_eq!(bounds::<32>(&[right, left]), expected);
        prop_assert_eq!(bounds::<MOST_BUCKETS>(&[&customers]), expected);
    }
}

#[test]
fn most_values_of_a_large_shop_are_not_kept() {
    let customers: Vec<Customer> = (0..200_000_u32)
        .map(|n| (n % 3 > 0, (f64::from(n * 7_919 % 200_003) / 20_000.0).exp()))
        .collect();
    let mut outline = ValueOutline::<4_096>::default();
    customers
        .iter()
        .for_each(|&(repeat, value)| outline.add(repeat, value).expect("room"));
    let outline = outline.finish().expect("room").expect("customers");
    let mut threshold = VipThreshold::default();
    customers
        .iter()
        .for_each(|&(repeat, value)| threshold.add(repeat, value, &outline).expect("room"));
    assert_eq!(
        threshold.finish().expect("the same values"),
        definition(&customers)
    );
    let kept: u64 = (0..2)
        .flat_map(|side| threshold.values.crowds(side).expect("the same values"))
        .filter(|crowd| crowd.value().is_ok())
        .map(|crowd| crowd.count())
        .sum();
    assert!((1..2_000).contains(&kept), "{kept}");
}

#[test]
fn the_outline_of_others_is_refused() {
    let mut outline = ValueOutline::<4>::default();
    (0..99).for_each(|n| outline.add(true, f64::from(n)).expect("room"));
    let outline = outline.finish().expect("room").expect("customers");
    let mut threshold = VipThreshold::default();
    threshold.add(true, 1e6, &outline).expect("an outline");
    assert!(threshold.finish().is_err(), "of more");
    assert!(
        threshold.add(true, 1.0, &outline[1..]).is_err(),
        "another one"
    );
    assert!(VipThreshold::default().add(true, 1.0, b"outline").is_err());
}
