use super::*;
use crate::models::prediction::features::VALUE;
use crate::models::prediction::sample::CustomerSample;
use proptest::prelude::*;

const AS_OF: i32 = 20_000;

type Bought = (Vec<i32>, Option<f64>);

/// A shop of a year and a half in which those who spend much come back, which MBG/NBD cannot know.
fn shop() -> Vec<Bought> {
    let customer = |number: i32| {
        let first = AS_OF - 550 + number % 500;
        let spends_much = number % 3 == 0;
        let days = (0..if spends_much { 6 } else { 1 + number % 2 }).map(|k| first + 80 * k);
        let days = days.filter(|&day| day <= AS_OF).collect();
        (days, Some(if spends_much { 90.0 } else { 30.0 }))
    };
    (0..900).map(customer).collect()
}

fn sample(customers: &[Bought]) -> CustomerSample {
    let mut sample = CustomerSample::default();
    for (days, mean) in customers {
        sample.add(days, *mean).expect("room");
    }
    sample
}

fn model() -> PurchaseModel {
    PurchaseModel {
        order_value: Some(30.0),
        ..PurchaseModel::CDNOW
    }
}

fn learned(customers: &[Bought], as_of: i32, horizon: i32) -> Option<Learned> {
    let first_day = customers.iter().flat_map(|(days, _)| days).min().copied();
    let mut sample = sample(customers);
    let first_day = first_day.unwrap_or(as_of);
    learn(
        &sample.customers().expect("room"),
        &model(),
        first_day,
        as_of,
        horizon,
        None,
    )
    .expect("room")
}

#[test]
fn those_who_came_back_are_recognised_and_the_level_stays() {
    let shop = shop();
    let learned = learned(&shop, AS_OF, 90).expect("finished windows");
    assert_eq!((learned.horizon_days, learned.windows), (90, 4));
    assert_eq!(learned.validate(), Ok(()));
    let mut sample = sample(&shop);
    let today = Population::of(
        &sample.customers().expect("room"),
        &model(),
        &learned,
        None,
        AS_OF,
    )
    .expect("room");
    // What the features add, with the level.
    let sum = |of: &dyn Fn(&Now) -> f64| today.sum(of);
    let alone = sum(&|now| now.probability);
    let moved = sum(&|now| now.moved(0.0));
    assert!((alone / moved - 1.0).abs() < 1e-12, "{alone} {moved}");
    let expected = sum(&|now| now.expected);
    let changed = sum(&|now| now.expected * Learned::change(now.probability, now.moved(0.0)));
    let factor = learned.purchases_factor;
    assert!((expected / (changed * factor) - 1.0).abs() < 1e-12);
    assert!(
        learned.features[8].weight > 0.1,
        "{:?}",
        learned.features[8]
    );
}

#[test]
fn without_a_finished_window_or_both_outcomes_nothing_is_learned() {
    let shop = shop();
    assert_eq!(learned(&[], AS_OF, 90), None);
    assert_eq!(learned(&shop, AS_OF, 400), None, "too long a window");
    let once: Vec<Bought> = (0..500).map(|day| (vec![AS_OF - day], None)).collect();
    assert_eq!(learned(&once, AS_OF, 90), None, "nobody came back");
    let daily = vec![((0..500).map(|day| AS_OF - 499 + day).collect(), None)];
    assert_eq!(learned(&daily, AS_OF, 90), None, "everybody came back");
}

#[test]
fn what_does_not_vary_has_no_weight() {
    let mut shop = shop();
    shop.iter_mut().for_each(|(_, mean)| *mean = None);
    let learned = learned(&shop, AS_OF, 90).expect("finished windows");
    let value = learned.features[8];
    assert_eq!((value.mean, value.deviation, value.weight), (0.0, 0.0, 0.0));
    assert!(learned.features[6].weight != 0.0);
}

#[test]
fn one_wholesaler_moves_nobody_else_much() {
    let mut shop = shop();
    let before = learned(&shop, AS_OF, 90).expect("finished windows");
    shop.push((vec![AS_OF - 400, AS_OF - 100], Some(77_184.0)));
    let after = learned(&shop, AS_OF, 90).expect("finished windows");
    let mut sample = sample(&shop[..900]);
    let probabilities = |learned: &Learned, sample: &[SampledCustomer<'_>]| {
        let today = Population::of(sample, &model(), learned, None, AS_OF).expect("room");
        let moved = |now: &Now| now.moved(0.0);
        today.0.iter().map(moved).collect::<Vec<f64>>()
    };
    let before = probabilities(&before, &sample.customers().expect("room"));
    for (before, after) in before
        .iter()
        .zip(probabilities(&after, &sample.customers().expect("room")))
    {
        assert!((before - after).abs() < 0.1, "{before} {after}");
    }
    let mut features = [0.0; FEATURES];
    features[VALUE] = value_feature(Some(77_184.0), Some(30.0));
    assert_eq!(standardised(&after.features, &features)[VALUE], 3.0);
}

/// The derivatives are those of the value.
#[test]
fn the_gradient_and_the_hessian_are_those_of_the_loss() {
    let mut sample = sample(&shop());
    let starts: Vec<i32> = window_starts(AS_OF, AS_OF - 550, 90).take(2).collect();
    let mut examples = examples(
        &sample.customers().expect("room"),
        &model(),
        &starts,
        90,
        |_| 90.0,
    )
    .expect("room");
    examples.truncate(200);
    let offsets: Vec<f64> = examples.iter().map(|example| example.features[0]).collect();
    let point: Vec<f64> = (0..FEATURES + 2).map(|i| 0.03 * (i as f64 - 5.0)).collect();
    let here = loss(&point, &examples, &offsets, 1);
    let step = 1e-5;
    let size = point.len();
    for place in 0..size {
        let beside = |step: f64| {
            let mut point = point.clone();
            point[place] += step;
            loss(&point, &examples, &offsets, 1)
        };
        let (below, above) = (beside(-step), beside(step));
        let slope = (above.value - below.value) / (2.0 * step);
        assert!(
            (slope - here.gradient[place]).abs() < 1e-3,
            "gradient {place}"
        );
        for other in place..size {
            let curve = (above.gradient[other] - below.gradient[other]) / (2.0 * step);
            let found = here.hessian[other * size + place];
            assert!((curve - found).abs() < 1e-3, "hessian {other}, {place}");
        }
    }
}

fn times(shop: &[Bought], copies: usize) -> Vec<Bought> {
    std::iter::repeat_n(shop, copies)
        .flatten()
        .cloned()
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn order_and_splits_do_not_matter_and_copies_are_weights(at in 0..900usize, copies in 1..4usize) {
        let shop = shop();
        let expected = learned(&times(&shop, copies), AS_OF, 60);
        let mut turned: Vec<Bought> = shop.iter().rev().cloned().collect();
        let (left, right) = turned.split_at_mut(at);
        let mut merged = sample(&times(right, copies));
        merged.merge(&sample(&times(left, copies))).expect("room");
        let found = learn(&merged.customers().expect("room"), &model(), AS_OF - 550, AS_OF, 60, None).expect("room");
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn nothing_after_as_of_is_looked_at(earlier in 0..300i32) {
        let (shop, as_of) = (shop(), AS_OF - earlier);
        let until: Vec<Bought> = shop
            .iter()
            .map(|(days, mean)| (days.iter().copied().filter(|&day| day <= as_of).collect(), *mean))
            .filter(|(days, _): &Bought| !days.is_empty())
            .collect();
        // Windows end by as_of, so only the days of the sample could say more.
        let mut all = sample(&shop);
        let found = learn(&all.customers().expect("room"), &model(), AS_OF - 550, as_of, 60, None).expect("room");
        prop_assert_eq!(found.map(|l| l.windows), learned(&until, as_of, 60).map(|l| l.windows));
        let weights = |l: Learned| l.features.map(|f| (f.weight * 1e9).round());
        prop_assert_eq!(found.map(weights), learned(&until, as_of, 60).map(weights));
    }
}
