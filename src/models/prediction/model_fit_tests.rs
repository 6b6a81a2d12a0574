use super::*;

fn histories() -> Vec<PurchaseHistory> {
    (0..300i32)
        .map(|i| {
            let days = (0..=(i % 4) * (i % 3)).map(|k| 15_000 + i % 50 + k * (20 + i % 30));
            let mut history = PurchaseHistory::from_days(days, i32::MAX - 1)
                .expect("room")
                .expect("days");
            history.revenue = Some(f64::from(i));
            history
        })
        .collect()
}

fn collect(histories: &[PurchaseHistory], as_of: Option<i32>) -> ModelFit {
    let mut state = ModelFit::default();
    histories
        .iter()
        .for_each(|history| state.add(history, None, as_of).expect("room"));
    state
}

#[test]
fn no_customers_give_the_prior() {
    let fitted = ModelFit::default()
        .finish(180, true)
        .expect("nothing to refuse");
    assert_eq!((fitted.status, fitted.customers), (FitStatus::Empty, 0));
    assert_eq!(fitted.model, ShopModel::PRIOR);
}

#[test]
fn order_splits_and_repetition_do_not_matter() {
    let all = histories();
    let mut whole = collect(&all, None);
    let expected = whole.finish(180, true).expect("a fit");
    assert_eq!(expected.status, FitStatus::Fitted);
    let mut reversed = all.clone();
    reversed.reverse();
    let mut merged = collect(&reversed[..100], None);
    merged
        .merge(&collect(&reversed[100..], None))
        .expect("room");
    assert_eq!(merged.finish(180, true), Ok(expected));
    assert_eq!(merged.finish(180, true), Ok(expected));
}

#[test]
fn the_evaluation_date_is_the_latest_given_or_seen() {
    let all = histories();
    let last = all.iter().map(|h| h.last_day).max().expect("histories");
    let as_of = |given| {
        collect(&all, given)
            .finish(180, true)
            .map(|fitted| fitted.as_of)
    };
    assert_eq!(as_of(None), Ok(Some(last)));
    assert_eq!(as_of(Some(last + 10)), Ok(Some(last + 10)));
    assert!(as_of(Some(last - 1)).is_err());
}

#[test]
fn the_order_value_is_the_median_of_the_customers_means() {
    let order_value = |histories: &[PurchaseHistory]| {
        let fitted = collect(histories, None).finish(180, true).expect("a fit");
        fitted.model.model.order_value
    };
    let mut all = histories();
    all.truncate(4);
    for (history, (purchases, revenue)) in all.iter_mut().zip([
        (1, Some(20.0)),
        (3, Some(66.0)),
        (230, Some(11_500_000.0)),
        (1, None),
    ]) {
        (history.purchases, history.revenue) = (purchases, revenue);
    }
    assert_eq!(order_value(&all), Some(22.0));
    assert_eq!(order_value(&all[..2]), Some(21.0));
    all.iter_mut().for_each(|history| history.revenue = None);
    assert_eq!(order_value(&all), None);
}

#[test]
fn large_populations_are_sampled_evenly() {
    let history = PurchaseHistory::from_days([0].into_iter(), 0)
        .expect("room")
        .expect("a day");
    let mut state = ModelFit::default();
    for day in 0..50_000 {
        state
            .add(
                &PurchaseHistory {
                    first_day: day,
                    last_day: day,
                    ..history
                },
                None,
                None,
            )
            .expect("room");
    }
    let population = FitPopulation {
        customers: 50_000,
        last_day: Some(49_999),
        as_of: None,
        order_value: None,
    };
    let histories = state.histories.sorted().expect("room");
    let (sample, _) = population.observed(histories, 49_999).expect("room");
    assert_eq!(sample.len() as u64, SAMPLE);
    assert_eq!(
        (sample[0].total, sample[1].total, sample[19_999].total),
        (1.0, 3.0, 49_998.0)
    );
}

#[test]
fn degenerate_populations_give_valid_models() {
    let one = |days: std::ops::Range<i32>| {
        PurchaseHistory::from_days(days, i32::MAX - 1)
            .expect("room")
            .expect("days")
    };
    let refunded = PurchaseHistory {
        revenue: Some(-500.0),
        ..one(0..1)
    };
    let ends = PurchaseHistory {
        purchases: 2,
        first_day: -i32::MAX + 1,
        last_day: i32::MAX - 1,
        ..refunded
    };
    for (histories, as_of) in [
        (vec![one(0..1)], None),
        (vec![one(0..1); 10], Some(400)),
        (vec![one(0..1); 200_000], Some(400)),
        (vec![one(0..5); 10], Some(10)),
        (vec![one(0..1); 300], Some(0)),
        (vec![refunded; 50], Some(90)),
        (vec![one(0..5_000)], None),
        (vec![ends], None),
    ] {
        let fitted = collect(&histories, as_of).finish(180, true).expect("a fit");
        assert_eq!(fitted.model.model.validate(), Ok(()), "{fitted:?}");
        assert!(fitted.log_likelihood.is_some_and(f64::is_finite));
        let customer = fitted
            .model
            .model
            .customer(&histories[0], i32::MAX - 1)
            .expect("not in the future");
        assert!((0.0..=1.0).contains(&customer.return_probability(180.0)));
    }
}
