use super::*;
use crate::models::campaigns::conditions::Conditions;
use crate::models::campaigns::repeat::Repeat;
use proptest::prelude::*;

fn rule(
    name: &str,
    purchases: (i32, i32),
    steps: &[i32],
    conversion_days: i32,
    repeat: Repeat,
) -> TriggerRule {
    TriggerRule {
        name: name.to_owned(),
        min_purchases: purchases.0,
        max_purchases: purchases.1,
        silence_days: steps[0],
        steps: steps.to_vec(),
        channels: vec!["email".to_owned()],
        message: None,
        conversion_days,
        repeat,
        unsubscribe: None,
        conditions: Conditions::default(),
    }
}

const PERIOD: Period = Period {
    since: 0,
    until: 99,
    known_until: 200,
    cap: 100,
    cap_days: 30,
};

fn log(days: &[i32]) -> Vec<LogDay> {
    let day = |&day| LogDay {
        day,
        is_purchase: true,
        revenue: Some(1.0),
    };
    days.iter().map(day).collect()
}

fn replay(rules: &[TriggerRule], period: Period, customers: &[&[i32]]) -> Replay {
    let mut replay = Replay::default();
    replay
        .set_up(period, || Ok((rules.to_vec(), Models::default())))
        .expect("valid");
    for days in customers {
        replay.add(&log(days), &[]).expect("room");
    }
    replay
}

/// Firings, customers, conversions, revenue of one step.
fn seen(replay: &Replay, rule: usize, step: usize) -> (i64, i64, i64, f64) {
    let result = &replay.results[rule][step];
    (
        result.firings,
        result.customers,
        result.conversions,
        result.revenue.value(),
    )
}

#[test]
fn a_step_fires_when_the_silence_reaches_its_day() {
    let rules = [rule("A", (1, i32::MAX), &[10, 16], 7, Repeat::EveryTime)];
    // Silences of 12 and 5 days, and an open one.
    let result = replay(&rules, PERIOD, &[&[0, 12, 17]]);
    // Step 1 on days 10 and 27; the purchase on day 12 follows the first within 7 days.
    assert_eq!(seen(&result, 0, 0), (2, 1, 1, 2.0));
    // Step 2 on day 33 only: the other silences ended before.
    assert_eq!(seen(&result, 0, 1), (1, 1, 0, 0.0));
    // A purchase on the very day ends the silence.
    assert_eq!(seen(&replay(&rules, PERIOD, &[&[0, 10]]), 0, 0).0, 1);
}

#[test]
fn rules_ask_for_their_number_of_purchases() {
    let rules = [
        rule("One", (1, 1), &[10], 5, Repeat::EveryTime),
        rule("More", (2, 3), &[10], 5, Repeat::EveryTime),
    ];
    let result = replay(&rules, PERIOD, &[&[0, 20, 40, 60, 80]]);
    assert_eq!((seen(&result, 0, 0).0, seen(&result, 1, 0).0), (1, 2));
}

#[test]
fn policies_and_caps_hold_messages_back() {
    let days: &[i32] = &[0, 20, 40, 60, 80];
    let firings = |repeat, cap, cap_days| {
        let rules = [rule("A", (1, i32::MAX), &[10], 5, repeat)];
        let result = replay(
            &rules,
            Period {
                cap,
                cap_days,
                ..PERIOD
            },
            &[days],
        );
        (result.results[0][0].firings, result.results[0][0].capped)
    };
    assert_eq!(firings(Repeat::EveryTime, 9, 30), (5, 0));
    assert_eq!(firings(Repeat::Once, 9, 30), (1, 0));
    assert_eq!(
        firings(Repeat::AtMost { times: 1, days: 35 }, 9, 30),
        (3, 0)
    );
    assert_eq!(firings(Repeat::EveryTime, 1, 30), (3, 2));
}

#[test]
fn windows_that_are_not_over_do_not_count_as_failures() {
    let rules = [rule("A", (1, 1), &[10], 7, Repeat::Once)];
    let result = replay(
        &rules,
        Period {
            known_until: 16,
            ..PERIOD
        },
        &[&[0], &[-5]],
    );
    let step = &result.results[0][0];
    assert_eq!((step.firings, step.observed), (2, 1));
}

#[test]
fn another_rule_within_the_window_overlaps() {
    let rules = [
        rule("A", (1, 1), &[10], 7, Repeat::Once),
        rule("B", (1, 1), &[17], 7, Repeat::Once),
    ];
    let result = replay(&rules, PERIOD, &[&[0]]);
    assert_eq!(
        (
            result.results[0][0].overlapping,
            result.results[1][0].overlapping
        ),
        (1, 0)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// The base rate against a look at every single day.
    #[test]
    fn base_days_are_counted_as_one_would_by_hand(
        gaps in prop::collection::vec(1..40i32, 1..8), start in -30..60i32, window in 1..20i32, known in 60..140i32,
    ) {
        let mut day = start;
        let days: Vec<i32> = gaps.iter().map(|gap| { day += gap; day }).collect();
        let rules = [rule("A", (2, 4), &[10], window, Repeat::Once)];
        let result = replay(&rules, Period { known_until: known, ..PERIOD }, &[&days]);
        let (mut expected, mut converting) = (0, 0);
        for today in PERIOD.since..=PERIOD.until.min(known - window) {
            let purchases = days.iter().filter(|&&day| day <= today).count();
            if (2..=4).contains(&purchases) {
                expected += 1;
                converting += i64::from(days.iter().any(|&day| day > today && day <= today + window));
            }
        }
        let step = &result.results[0][0];
        prop_assert_eq!((step.base_days, step.base_conversions), (expected, converting));
    }

    #[test]
    fn parts_add_up_and_the_source_stays(
        customers in prop::collection::vec(prop::collection::btree_set(0..100i32, 1..9), 1..8), at in 0..8usize,
    ) {
        let rules = [
            rule("A", (1, 2), &[3, 9], 4, Repeat::Once),
            rule("B", (1, i32::MAX), &[5], 4, Repeat::EveryTime),
        ];
        let customers: Vec<Vec<i32>> = customers.into_iter().map(|days| days.into_iter().collect()).collect();
        let all: Vec<&[i32]> = customers.iter().map(Vec::as_slice).collect();
        let (left, right) = all.split_at(at.min(all.len()));
        let period = Period { cap: 2, ..PERIOD };
        let source = replay(&rules, period, right);
        let before = format!("{source:?}");
        let mut merged = Replay::default();
        merged.merge(&replay(&rules, period, left)).expect("the same rules");
        merged.merge(&source).expect("the same rules");
        prop_assert_eq!(format!("{:?}", merged.results), format!("{:?}", replay(&rules, period, &all).results));
        prop_assert_eq!(before, format!("{source:?}"));
    }
}

#[test]
fn periods_without_sense_and_other_rules_are_errors() {
    let rules = [rule("A", (1, 9), &[3], 7, Repeat::Once)];
    for bad in [
        Period {
            since: i32::MIN,
            ..PERIOD
        },
        Period {
            until: 3_651,
            ..PERIOD
        },
        Period {
            known_until: i32::MAX,
            ..PERIOD
        },
        Period { cap: 0, ..PERIOD },
        Period {
            cap_days: -1,
            ..PERIOD
        },
    ] {
        let failed = Replay::default().set_up(bad, || Ok((rules.to_vec(), Models::default())));
        assert!(failed.is_err(), "{bad:?}");
    }
    let mut known = replay(&rules, PERIOD, &[]);
    let later = Period {
        until: 50,
        ..PERIOD
    };
    assert!(
        known
            .set_up(later, || Ok((rules.to_vec(), Models::default())))
            .is_err()
    );
    assert!(known.merge(&replay(&rules, later, &[])).is_err());
    assert!(known.merge(&replay(&[], PERIOD, &[])).is_err());
    assert!(known.merge(&Replay::default()).is_ok());
}
