use super::*;
use proptest::prelude::*;

fn collect(rows: &[(i32, Option<f64>)]) -> PurchaseDays {
    let mut state = PurchaseDays::default();
    for &(day, amount) in rows {
        state.add(day, amount).expect("room");
    }
    state
}

fn history(rows: &[(i32, Option<f64>)]) -> Option<PurchaseHistory> {
    collect(rows).history().expect("the amounts are small")
}

#[test]
fn refunds_lower_the_revenue_and_are_no_purchase() {
    let history = history(&[(10, Some(100.0)), (20, Some(-30.0)), (30, None)]);
    let history = history.expect("two purchases");
    assert_eq!(history.purchases, 2);
    assert_eq!(history.last_day, 30);
    assert_eq!(history.revenue, Some(70.0));
}

#[test]
fn amounts_that_are_no_number_count_as_absent() {
    let history = history(&[(1, Some(f64::NAN)), (2, Some(f64::NEG_INFINITY)), (3, None)]);
    let history = history.expect("three purchases");
    assert_eq!((history.purchases, history.revenue), (3, None));
}

#[test]
fn infinite_days_and_refunds_alone_are_no_history() {
    assert_eq!(history(&[(i32::MAX, None), (-i32::MAX, Some(5.0))]), None);
    assert_eq!(history(&[(3, Some(-1.0))]), None);
    assert_eq!(history(&[]), None);
}

#[test]
fn revenue_beyond_a_double_is_an_error_only_at_the_end() {
    let mut state = collect(&[(1, Some(f64::MAX)), (1, Some(f64::MAX))]);
    assert!(state.history().is_err());
    state.add(2, Some(-f64::MAX)).expect("room");
    let history = state.history().expect("finite again").expect("a purchase");
    assert_eq!(history.revenue, Some(f64::MAX));
}

#[test]
fn lists_stop_at_the_evaluation_date() {
    let days = [40, 10, i32::MAX, 20, 20, 30, -i32::MAX, 0, 50];
    let history = PurchaseHistory::from_days(days.into_iter(), 40)
        .expect("room")
        .expect("five purchases");
    assert_eq!(
        (history.purchases, history.first_day, history.last_day),
        (5, 0, 40)
    );
    assert_eq!(history.fourth_last_day, Some(10));
    assert_eq!(PurchaseHistory::from_days([5].into_iter(), 4), Ok(None));
}

#[test]
fn histories_that_cannot_be_are_refused() {
    let good = PurchaseHistory::from_days([0, 10, 20, 30, 40].into_iter(), 100)
        .expect("room")
        .expect("days");
    assert_eq!(good.validate(), Ok(()));
    let bad = [
        PurchaseHistory {
            purchases: 0,
            ..good
        },
        PurchaseHistory {
            first_day: 41,
            ..good
        },
        PurchaseHistory {
            purchases: 42,
            ..good
        },
        PurchaseHistory {
            purchases: 1,
            fourth_last_day: None,
            ..good
        },
        PurchaseHistory {
            fourth_last_day: None,
            ..good
        },
        PurchaseHistory {
            fourth_last_day: Some(39),
            ..good
        },
        PurchaseHistory {
            last_day: i32::MAX,
            ..good
        },
        PurchaseHistory {
            revenue: Some(f64::NAN),
            ..good
        },
    ];
    for history in bad {
        assert!(history.validate().is_err(), "{history:?}");
    }
}

#[test]
fn the_extreme_days_do_not_overflow() {
    let history = history(&[(-i32::MAX + 1, None), (i32::MAX - 1, None)]).expect("two days");
    assert_eq!(history.span(), 2 * (i64::from(i32::MAX) - 1));
    assert_eq!(history.validate(), Ok(()));
}

fn rows() -> impl Strategy<Value = Vec<(i32, Option<f64>)>> {
    let amount = prop_oneof![
        Just(None),
        (-50_000..500_000i32).prop_map(|c| Some(f64::from(c) / 100.0))
    ];
    prop::collection::vec((-10..200i32, amount), 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn neither_order_nor_split_matters(rows in rows(), at in 0..80usize) {
        let whole = collect(&rows).history();
        let mut reversed = rows.clone();
        reversed.reverse();
        prop_assert_eq!(&collect(&reversed).history(), &whole);

        let (left, right) = rows.split_at(at.min(rows.len()));
        let mut merged = collect(right);
        let mut source = collect(left);
        let before = source.history();
        merged.merge(&source).expect("room");
        prop_assert_eq!(&merged.history(), &whole);
        prop_assert_eq!(source.history(), before);
        if let Ok(Some(history)) = whole {
            prop_assert_eq!(history.validate(), Ok(()));
        }
    }
}
