use super::*;
use crate::models::lifecycle::rules::LifecycleStage::*;
use proptest::prelude::*;

const CDNOW: PurchaseModel = PurchaseModel::CDNOW;

fn history(days: impl IntoIterator<Item = i32>) -> PurchaseHistory {
    PurchaseHistory::from_days(days.into_iter(), i32::MAX - 1)
        .expect("room")
        .expect("days")
}

fn after(silence: i32, days: impl IntoIterator<Item = i32>) -> Assessment {
    let history = history(days);
    let as_of = history.last_day + silence;
    assess(&history, &CDNOW, as_of, StageOptions::default(), 180).expect("valid")
}

#[test]
fn quarterly_buyers_slip_after_four_silent_months() {
    assert_eq!(after(120, [0, 91, 182, 273]).rule, Rule::Overdue);
}

#[test]
fn yearly_buyers_are_active_after_nine_silent_months() {
    assert_eq!(after(270, [0, 365, 730, 1095]).stage, Active);
}

#[test]
fn three_orders_a_month_becoming_one_is_slowing() {
    let days = || (0..=100).step_by(10).chain([130, 160, 190]);
    assert_eq!(after(25, days()).rule, Rule::Slowing);
    assert_eq!(after(15, days()).rule, Rule::JustOrdered);
    assert_eq!(after(15, days()).next_stage, Some(SlippingAway));
    // 5 u > 90: more than half of the recent gap, which the silence itself makes longer.
    assert_eq!(after(15, days()).next_stage_date, Some(190 + 19));
}

#[test]
fn a_burst_of_orders_is_no_rhythm() {
    let days = [0, 1, 2, 3].into_iter().chain((1..=3).map(|i| 3 + 91 * i));
    assert_eq!(after(2, days).stage, JustOrdered);
}

#[test]
fn the_horizon_moves_the_probability_but_no_stage() {
    let history = history([0]);
    let options = StageOptions::default();
    let at = |horizon| assess(&history, &CDNOW, 400, options, horizon).expect("valid");
    assert!(at(60).return_probability < at(180).return_probability);
    assert_eq!(at(60).stage, Lost);
    assert_eq!(at(10_000).next_stage_date, None);
}

#[test]
fn bad_arguments_are_named() {
    let history = history([10]);
    let message = |as_of, just, horizon| {
        let options = StageOptions::just_ordered_within(just);
        assess(&history, &CDNOW, as_of, options, horizon)
            .expect_err("bad")
            .to_string()
    };
    assert!(message(9, 30, 180).starts_with("history has purchases after as_of"));
    assert!(message(i32::MAX, 30, 180).starts_with("as_of"));
    assert!(message(10, -1, 180).starts_with("just_ordered_days"));
    assert!(message(10, 30, 0).starts_with("horizon_days"));
}

#[test]
fn the_ends_of_the_calendar_do_not_overflow() {
    let end = i32::MAX - 1;
    for days in [
        vec![end],
        vec![-end],
        vec![-end, end],
        vec![-end, -end + 1, -end + 2, end],
    ] {
        let history = history(days);
        let [always, never] = [i32::MAX, 0].map(StageOptions::just_ordered_within);
        let lifecycle = assess(&history, &CDNOW, end, always, i32::MAX).expect("valid");
        assert_eq!(lifecycle.next_order_date, None);
        assert!((0.0..=1.0).contains(&lifecycle.return_probability));
        assert!(lifecycle.silence_ratio.is_finite());
        assert!(assess(&history, &CDNOW, end, never, 180).is_ok());
    }
}

/// The first estimate of the day is beyond every day that there is.
#[test]
fn a_day_beyond_all_days_is_no_day() {
    let model = PurchaseModel {
        r: 0.05,
        alpha: 261.879_422_542_169_7,
        a: 0.05,
        b: 5.747_811_765_247_204,
        typical_gap_days: 1.0,
        order_value: None,
    };
    let options = StageOptions::just_ordered_within(0);
    let found = assess(&history([0]), &model, 3, options, 180).expect("valid");
    let at = |day| stage(&history([0]), &model, day, options).expect("not in the future");
    match found.next_stage_date {
        Some(day) => assert_ne!(at(day), found.stage),
        None => assert_eq!(at(36_525), found.stage),
    }
}

fn models() -> impl Strategy<Value = PurchaseModel> {
    (0.05..5.0, 1.0..300.0, 0.05..3.0, 0.05..6.0, 1.0..300.0).prop_map(|(r, alpha, a, b, gap)| {
        PurchaseModel {
            r,
            alpha,
            a,
            b,
            typical_gap_days: gap,
            order_value: None,
        }
    })
}

fn histories() -> impl Strategy<Value = PurchaseHistory> {
    let steady = prop::collection::vec(1..120i32, 0..30);
    let slowed = (
        prop::collection::vec(7..20i32, 3..20),
        prop::collection::vec(20..200i32, 3..=3),
    )
        .prop_map(|(early, recent)| [early, recent].concat());
    let fast = prop::collection::vec(1..3i32, 100..400);
    prop_oneof![4 => steady, 2 => slowed, 1 => fast].prop_map(|gaps| {
        let mut day = 0;
        history(std::iter::once(0).chain(gaps.into_iter().map(|gap| {
            day += gap;
            day
        })))
    })
}

fn options() -> impl Strategy<Value = StageOptions> {
    (prop::option::of(0..60i32), prop::option::of(1.1..20.0)).prop_map(
        |(just_ordered_days, lost_after_gaps)| StageOptions {
            just_ordered_days,
            lost_after_gaps,
        },
    )
}

#[test]
fn lost_can_be_a_number_of_usual_gaps() {
    let options = StageOptions {
        lost_after_gaps: Some(3.0),
        ..StageOptions::default()
    };
    // Three times (62 + 273)/4 days, which ends on day 251 after the last.
    let days = [0, 91, 182, 273];
    let at = |silence| assess(&history(days), &CDNOW, 273 + silence, options, 180).expect("valid");
    assert_eq!((at(251).rule, at(252).rule), (Rule::Overdue, Rule::Lost));
    let ahead = (at(100).next_stage, at(100).next_stage_date);
    assert_eq!(ahead, (Some(Lost), Some(273 + 252)));
    // However likely a return still is.
    assert_eq!(after(252, days).rule, Rule::Overdue);
}

#[test]
fn the_day_of_being_lost_is_the_first() {
    let judge = Judge::new(CDNOW);
    let customer = history([0, 91, 182, 273]);
    let day = judge
        .lost_day(&customer, None)
        .expect("valid")
        .expect("a day");
    let at = |day| judge.stage(&customer, day, StageOptions::default());
    assert_eq!((at(day - 1), at(day)), (Ok(SlippingAway), Ok(Lost)));
    // Asked for a day before another one.
    for (before, found) in [
        (day - 1, None),
        (day, None),
        (day + 1, Some(day)),
        (day + 900, Some(day)),
        (0, None),
    ] {
        assert_eq!(judge.lost_day(&customer, Some(before)), Ok(found));
    }
}

#[test]
fn a_month_is_too_long_where_the_typical_gap_is_shorter() {
    for (typical_gap_days, days) in [(62.0, 30), (30.0, 30), (8.9, 8), (0.5, 0)] {
        let model = PurchaseModel {
            typical_gap_days,
            ..CDNOW
        };
        let at = |silence, options| {
            let history = history([0]);
            assess(&history, &model, silence, options, 180).expect("valid")
        };
        let options = StageOptions::default();
        assert_eq!(at(days, options).rule, Rule::JustOrdered);
        assert_eq!(at(days, options).just_ordered_days, days);
        assert_ne!(at(days + 1, options).rule, Rule::JustOrdered);
        assert_eq!(
            at(31, StageOptions::just_ordered_within(31)).rule,
            Rule::JustOrdered
        );
    }
    // That of the shop, also for a customer of a group with another gap.
    let judge = Judge::new(CDNOW).with_typical_gap(Some(7.0));
    let found = judge.assess(&history([0]), 25, StageOptions::default(), 180, None);
    assert_eq!(found.map(|found| found.stage), Ok(JustOrdered));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// The thresholds against the conditions as they are stated.
    #[test]
    fn slowing_is_what_its_formula_says(history in histories(), silence in 0..500i32, just in 0..60i32) {
        let as_of = f64::from(history.last_day + silence);
        let expected = history.repeat() >= 6 && {
            let turn = f64::from(history.fourth_last_day.expect("seven purchases"));
            let early = (turn - f64::from(history.first_day)) / f64::from(history.repeat() - 3);
            let recent = (as_of - turn) / 3.0;
            let not_just_now = early.max(f64::from(just).min(recent / 2.0));
            early >= 7.0 && recent >= 2.5 * early && f64::from(silence) > not_just_now
        };
        let options = StageOptions::just_ordered_within(just);
        let thresholds = Judge::new(CDNOW).thresholds(&history, options).expect("valid");
        let found = thresholds.slowing.is_some_and(|after| i64::from(silence) > after);
        prop_assert_eq!(found, expected);
    }

    /// Against brute force: the day before keeps the stage, the day itself has
    /// the next one, and no day without a date changes anything.
    #[test]
    fn the_next_stage_begins_on_its_day(
        model in models(), history in histories(), silence in 0..500i32, options in options(),
    ) {
        let at = |day| stage(&history, &model, day, options).expect("not in the future");
        let as_of = history.last_day + silence;
        let now = assess(&history, &model, as_of, options, 180).expect("valid");
        prop_assert_eq!(now.stage, at(as_of));
        match (now.next_stage, now.next_stage_date) {
            (Some(next), Some(day)) => {
                prop_assert!(day > as_of && day <= as_of + 36_525);
                prop_assert_eq!(at(day - 1), now.stage);
                prop_assert_eq!(at(day), next);
                prop_assert!(next > now.stage);
            }
            (None, None) => prop_assert_eq!(at(as_of + 36_525), now.stage),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    /// Against the stages of all days.
    #[test]
    fn a_stage_is_found_on_its_first_day(
        model in models(), history in histories(), least in 0..300i64, more in 0..900i64,
    ) {
        let judge = Judge::new(model);
        for wanted in LifecycleStage::ALL {
            let is_in = |silence: &i64| {
                let day = history.last_day + *silence as i32;
                judge.stage(&history, day, StageOptions::default()) == Ok(wanted)
            };
            let expected = (least..=least + more).find(is_in);
            prop_assert_eq!(judge.silence_in(&history, wanted, least..=least + more), Ok(expected));
        }
    }

    #[test]
    fn a_silent_customer_never_moves_back(model in models(), history in histories(), options in options()) {
        let stages = (0..1_500)
            .step_by(7)
            .map(|silence| stage(&history, &model, history.last_day + silence, options).expect("valid"));
        prop_assert!(stages.is_sorted());
    }
}
