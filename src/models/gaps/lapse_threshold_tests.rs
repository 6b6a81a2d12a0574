use super::*;
use proptest::prelude::*;

/// Each customer by their gaps and the silence after them.
fn collect(customers: &[(Vec<i32>, i32)]) -> LapseThreshold {
    let mut state = LapseThreshold::default();
    for (gaps, silence) in customers {
        let mut days = vec![0];
        days.extend(gaps.iter().scan(0, |day, gap| {
            *day += gap;
            Some(*day)
        }));
        let as_of = days[gaps.len()] + silence;
        let days = days.into_iter().map(Ok);
        state.add(days, as_of).expect("ascending and up to as_of");
    }
    state
}

fn shop(groups: &[(usize, &[i32], i32)]) -> LapseThreshold {
    let customers = groups
        .iter()
        .flat_map(|(n, gaps, silence)| std::iter::repeat_n((gaps.to_vec(), *silence), *n));
    collect(&customers.collect::<Vec<_>>())
}

#[test]
fn half_of_sixty_customers_came_back_once() {
    let lapse = shop(&[(30, &[10], 100), (30, &[], 100)])
        .finish(0.8)
        .expect("room")
        .expect("customers");
    assert_eq!((lapse.customers, lapse.gaps), (60, 30));
    assert_eq!(
        [lapse.mean_own_gap, lapse.p40_gap, lapse.p80_gap],
        [Some(10.0); 3]
    );
    // Half of the waits of half of the customers ended.
    let ever = lapse.ever_return_share.expect("90 at risk");
    assert!((ever - 0.25).abs() < 1e-12);
    let threshold = lapse.threshold.expect("30 repeat customers");
    assert_eq!(threshold.days, 10);
    // F = ½·R/60 with R binomial(60, ½): sd(R) = √15, and φ = F(10) − 0.8·F(100) = 0.2·F. The
    // last factor makes the variance unbiased.
    let expected = 0.2 * 0.5 / 60.0 * 15.0_f64.sqrt() * (60.0_f64 / 59.0).sqrt();
    assert!((threshold.standard_error - expected).abs() < 1e-12);
    assert_eq!((threshold.lower, threshold.upper), (10, Some(10)));
}

#[test]
fn every_customer_counts_for_one() {
    // Ten who come every 5 days have most of the gaps, thirty who come every 60 are most of
    // the customers.
    let often: &[i32] = &[5; 300];
    let lapse = shop(&[(10, often, 0), (30, &[60], 0)])
        .finish(0.8)
        .expect("room")
        .expect("customers");
    assert_eq!((lapse.gaps, lapse.p80_gap), (3_030, Some(5.0)));
    // Of the weight of gaps, 10·300/301 are 5 days long and 30·½ are 60.
    assert_eq!(lapse.threshold.map(|threshold| threshold.days), Some(60));
    // Among three hundred such customers they are most.
    let lapse = shop(&[(300, often, 0), (30, &[60], 0)]).finish(0.8);
    let threshold = lapse.expect("room").expect("customers").threshold;
    assert_eq!(threshold.map(|threshold| threshold.days), Some(5));
}

#[test]
fn gaps_of_decades_are_counted_too() {
    let lapse = shop(&[(40, &[20_000], 0), (40, &[20_000], 30_000)])
        .finish(0.5)
        .expect("room")
        .expect("customers");
    // Of 120 halves of a customer that were at risk 80 came back.
    let ever = lapse.ever_return_share.expect("many at risk");
    assert!((ever - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(
        lapse.threshold.map(|threshold| threshold.days),
        Some(20_000)
    );
}

#[test]
fn too_few_repeat_customers_give_no_threshold_but_the_simple_rules() {
    let lapse = shop(&[(29, &[10, 30], 100), (500, &[], 100)])
        .finish(0.8)
        .expect("room")
        .expect("customers");
    assert_eq!(lapse.threshold, None);
    assert!(lapse.ever_return_share.is_some());
    assert_eq!(
        (lapse.mean_own_gap, lapse.p40_gap),
        (Some(20.0), Some(10.0))
    );
    let one_time = shop(&[(40, &[], 7)])
        .finish(0.8)
        .expect("room")
        .expect("customers");
    assert_eq!((one_time.gaps, one_time.ever_return_share), (0, Some(0.0)));
    assert_eq!((one_time.mean_own_gap, one_time.p80_gap), (None, None));
    let new = shop(&[(40, &[], 0)])
        .finish(0.8)
        .expect("room")
        .expect("customers");
    assert_eq!(new.ever_return_share, None);
    assert_eq!(LapseThreshold::default().finish(0.8), Ok(None));
}

#[test]
fn an_interval_that_the_data_does_not_reach_is_open() {
    // 31 come back after 1 to 31 days; with 30 at risk the curve ends at day 2.
    let customers: Vec<_> = (1..=31).map(|gap| (vec![gap], 0)).collect();
    let threshold = collect(&customers)
        .finish(0.99)
        .expect("room")
        .expect("customers")
        .threshold
        .expect("31");
    assert_eq!(
        (threshold.days, threshold.lower, threshold.upper),
        (2, 2, None)
    );
}

#[test]
fn gaps_of_one_customer_are_no_independent_evidence() {
    // Whether a customer has one gap or eight like it, it is one customer.
    let gaps: Vec<i32> = (1..=60).collect();
    let customers =
        |times: usize| -> Vec<_> { gaps.iter().map(|&gap| (vec![gap; times], 0)).collect() };
    let error = |customers: Vec<(Vec<i32>, i32)>| {
        let lapse = collect(&customers)
            .finish(0.5)
            .expect("room")
            .expect("customers");
        // The 30th longest wait, where the curve ends, is another one.
        assert_eq!(lapse.threshold.map(|t| t.lower < t.days), Some(true));
        let curves = collect(&customers).curves().expect("room");
        let curve = curves.expect("customers").weighted;
        collect(&customers)
            .clustered_variance(&curve, &curve.influence(20).expect("room"))
            .expect("room")
    };
    let (one, eight) = (error(customers(1)), error(customers(8)));
    assert!((one / eight - 1.0).abs() < 1e-9, "{one} {eight}");
    // Independent, they would be.
    let alone: Vec<_> = customers(8)
        .into_iter()
        .flat_map(|(gaps, _)| gaps)
        .map(|gap| (vec![gap], 0))
        .collect();
    assert!(error(alone) < one / 7.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn order_and_splits_do_not_matter(
        customers in prop::collection::vec((prop::collection::vec(1..40i32, 0..5), 0..60i32), 1..90),
        at in 0..90usize,
    ) {
        let (left, right) = customers.split_at(at.min(customers.len()));
        let (mut merged, other) = (collect(right), collect(left));
        let before = other.finish(0.7);
        merged.merge(&other).expect("room");
        merged.merge(&LapseThreshold::default()).expect("room");
        prop_assert_eq!(other.finish(0.7), before);
        prop_assert_eq!(merged.finish(0.7), collect(&customers).finish(0.7));
        prop_assert_eq!(merged.finish(0.7), merged.finish(0.7));
    }

    #[test]
    fn the_interval_holds_the_threshold_and_grows_with_the_share(
        customers in prop::collection::vec((prop::collection::vec(1..40i32, 1..5), 0..60i32), 30..90),
        share in 0.05..0.9f64,
    ) {
        let lapse = collect(&customers);
        let low = lapse.finish(share).expect("room").expect("customers").threshold.expect("30 repeat customers");
        let high = lapse.finish(share + 0.05).expect("room").expect("customers").threshold.expect("as many");
        prop_assert!(low.lower <= low.days && low.upper.is_none_or(|upper| low.days <= upper));
        prop_assert!(low.days <= high.days);
    }
}
