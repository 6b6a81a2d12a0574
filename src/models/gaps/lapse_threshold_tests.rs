use super::*;
use crate::models::gaps::wait_counts::weight;
use crate::models::numerics::student_t::NORMAL_975;
use proptest::prelude::*;
use std::iter::{once, repeat_n};

/// Customers, each by their gaps and the silence after them.
struct Shop(Vec<(Vec<i32>, i32)>);

/// A customer's purchase days, and the day on which it is now.
fn days((gaps, silence): &(Vec<i32>, i32)) -> (Vec<i32>, i32) {
    let days = gaps.iter().scan(0, |day, gap| {
        *day += gap;
        Some(*day)
    });
    let days: Vec<i32> = once(0).chain(days).collect();
    let as_of = days[gaps.len()] + silence;
    (days, as_of)
}

impl Shop {
    fn counts(&self) -> LapseCounts {
        let mut counts = LapseCounts::default();
        for (days, as_of) in self.0.iter().map(days) {
            counts.add(&days, as_of).expect("up to as_of");
        }
        counts
    }

    /// Both passes.
    fn finish(&self, share: f64) -> Option<Lapse> {
        self.second_pass(&self.counts(), share)
    }

    fn second_pass(&self, counts: &LapseCounts, share: f64) -> Option<Lapse> {
        let outline = counts.outline(share).expect("room")?;
        let outline = LapseOutline::open(&outline).expect("packed");
        let mut squares = None::<Sum>;
        for (days, as_of) in self.0.iter().map(days) {
            if let Some(square) = outline.square(&days, as_of).expect("seen before") {
                squares.get_or_insert_default().add(square);
            }
        }
        Some(outline.lapse(squares.map(|squares| squares.value())))
    }

    /// The variance of the statistic with this influence by its definition.
    fn variance(&self, curve: &KaplanMeier, influence: &[Influence]) -> f64 {
        let of = |days: i32| {
            let place = curve.shares().position(|(length, _)| length == days as u32);
            influence[place.expect("a length of the curve")]
        };
        let mut squares = Sum::default();
        for (gaps, silence) in &self.0 {
            let ended: f64 = gaps.iter().map(|&gap| of(gap).ended).sum();
            squares.add((weight(gaps.len()) as f64 * (ended + of(*silence).open)).powi(2));
        }
        let n = self.0.len() as f64;
        squares.value() * n / (n - 1.0)
    }
}

fn shop(groups: &[(usize, &[i32], i32)]) -> Shop {
    let customers = groups
        .iter()
        .flat_map(|(n, gaps, silence)| repeat_n((gaps.to_vec(), *silence), *n));
    Shop(customers.collect())
}

#[test]
fn half_of_sixty_customers_came_back_once() {
    let lapse = shop(&[(30, &[10], 100), (30, &[], 100)])
        .finish(0.8)
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
        .expect("customers");
    assert_eq!((lapse.gaps, lapse.p80_gap), (3_030, Some(5.0)));
    // Of the weight of gaps, 10·300/301 are 5 days long and 30·½ are 60.
    assert_eq!(lapse.threshold.map(|threshold| threshold.days), Some(60));
    // Among three hundred such customers they are most.
    let lapse = shop(&[(300, often, 0), (30, &[60], 0)]).finish(0.8);
    let threshold = lapse.expect("customers").threshold;
    assert_eq!(threshold.map(|threshold| threshold.days), Some(5));
}

#[test]
fn gaps_of_decades_are_counted_too() {
    let lapse = shop(&[(40, &[20_000], 0), (40, &[20_000], 30_000)])
        .finish(0.5)
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
        .expect("customers");
    assert_eq!(lapse.threshold, None);
    assert!(lapse.ever_return_share.is_some());
    assert_eq!(
        (lapse.mean_own_gap, lapse.p40_gap),
        (Some(20.0), Some(10.0))
    );
    let one_time = shop(&[(40, &[], 7)]).finish(0.8).expect("customers");
    assert_eq!((one_time.gaps, one_time.ever_return_share), (0, Some(0.0)));
    assert_eq!((one_time.mean_own_gap, one_time.p80_gap), (None, None));
    let new = shop(&[(40, &[], 0)]).finish(0.8).expect("customers");
    assert_eq!(new.ever_return_share, None);
    assert_eq!(Shop(vec![]).finish(0.8), None);
}

#[test]
fn an_interval_that_the_data_does_not_reach_is_open() {
    // 31 come back after 1 to 31 days; with 30 at risk the curve ends at day 2.
    let customers: Vec<_> = (1..=31).map(|gap| (vec![gap], 0)).collect();
    let threshold = Shop(customers)
        .finish(0.99)
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
        let shop = Shop(customers);
        let lapse = shop.finish(0.5).expect("customers");
        // The 30th longest wait, where the curve ends, is another one.
        assert_eq!(lapse.threshold.map(|t| t.lower < t.days), Some(true));
        let curves = shop.counts().waits.curves().expect("room");
        let curve = curves.expect("customers").weighted;
        shop.variance(&curve, &curve.influence(20).expect("room"))
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

    // Of few customers the waits are kept, of many they are counted.
    #[test]
    fn order_and_splits_do_not_matter(
        customers in prop::collection::vec((prop::collection::vec(1..40i32, 0..5), 0..60i32), 1..300),
        at in 0..300usize,
    ) {
        let (left, right) = customers.split_at(at.min(customers.len()));
        let (mut merged, other) = (Shop(right.to_vec()).counts(), Shop(left.to_vec()).counts());
        let before = other.outline(0.7);
        merged.merge(&other).expect("room");
        merged.merge(&LapseCounts::default()).expect("room");
        prop_assert_eq!(other.outline(0.7), before);
        let shop = Shop(customers);
        let whole = shop.counts();
        // Parts of a shop may have begun to count where the whole has not, or after it: then the outline has another form.
        if merged.waits.kept().is_some() == whole.waits.kept().is_some() {
            prop_assert_eq!(merged.outline(0.7), whole.outline(0.7));
        }
        prop_assert_eq!(shop.second_pass(&merged, 0.7), shop.finish(0.7));
    }

    #[test]
    fn the_interval_follows_the_definition(
        customers in prop::collection::vec((prop::collection::vec(prop_oneof![1..40i32, 16_000..17_000i32], 0..5), 0..60i32), 1..300),
        share in 0.05..0.95f64,
    ) {
        let shop = Shop(customers);
        let lapse = shop.finish(share).expect("customers");
        let curves = shop.counts().waits.curves().expect("room").expect("customers");
        let curve = &curves.weighted;
        prop_assert_eq!(lapse.threshold.is_some(), curves.target(share).is_some());
        if let (Some(target), Some(found)) = (curves.target(share), lapse.threshold) {
            let phi = influence(curve, found.days, target.end, share).expect("room");
            let error = shop.variance(curve, &phi).sqrt();
            prop_assert_eq!(found.standard_error, error);
            prop_assert_eq!(Some(found.days), curve.quantile(target.reached));
            prop_assert_eq!(Some(found.lower), curve.quantile(target.reached - NORMAL_975 * error));
            let upper = curve.quantile(target.reached + NORMAL_975 * error);
            prop_assert_eq!(found.upper, upper.filter(|&upper| upper <= target.end));
        }
        let means = shop.0.iter().filter(|(gaps, _)| !gaps.is_empty());
        let means: Vec<f64> = means.map(|(gaps, _)| f64::from(gaps.iter().sum::<i32>()) / gaps.len() as f64).collect();
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        prop_assert!(lapse.mean_own_gap.is_none_or(|found| (found / mean - 1.0).abs() < 1e-12));
        prop_assert_eq!(lapse.mean_own_gap.is_some(), !means.is_empty());
        prop_assert_eq!(lapse.gaps as usize, shop.0.iter().map(|(gaps, _)| gaps.len()).sum::<usize>());
    }

    #[test]
    fn the_interval_holds_the_threshold_and_grows_with_the_share(
        customers in prop::collection::vec((prop::collection::vec(1..40i32, 1..5), 0..60i32), 30..90),
        share in 0.05..0.9f64,
    ) {
        let lapse = Shop(customers);
        let low = lapse.finish(share).expect("customers").threshold.expect("30 repeat customers");
        let high = lapse.finish(share + 0.05).expect("customers").threshold.expect("as many");
        prop_assert!(low.lower <= low.days && low.upper.is_none_or(|upper| low.days <= upper));
        prop_assert!(low.days <= high.days);
    }
}

#[test]
fn few_customers_leave_nothing_to_the_second_pass() {
    let outline = shop(&[(40, &[10, 30], 5)]).counts().outline(0.8);
    let mut packed = outline.expect("room").expect("customers");
    assert!(packed.len() < 80, "{}", packed.len());
    let outline = LapseOutline::open(&packed).expect("packed");
    assert_eq!(outline.square(&[0, 10, 40], 45), Ok(None));
    let threshold = outline.lapse(None).threshold.expect("40 repeat customers");
    assert_eq!((threshold.days, threshold.lower), (30, 30));
    // The lower end comes after the days, before 13 bytes of the upper end and the error.
    let lower = packed.len() - 17;
    packed[lower] += 1;
    assert!(LapseOutline::open(&packed).is_err(), "above the estimate");
}

#[test]
fn other_customers_than_those_of_the_outline_are_an_error() {
    let outline = shop(&[(100, &[10, 30], 5)]).counts().outline(0.8);
    let outline = outline.expect("room").expect("customers");
    let outline = LapseOutline::open(&outline).expect("packed");
    assert!(outline.square(&[0, 10, 40], 45).expect("seen").is_some());
    assert_eq!(outline.square(&[], 45), Ok(None));
    for (days, as_of) in [
        (vec![0, 11, 40], 45),
        (vec![0, 10, 40], 46),
        (vec![0, 10], 9),
    ] {
        assert!(outline.square(&days, as_of).is_err(), "{days:?}");
    }
}

#[test]
fn counts_of_many_customers_do_not_grow() {
    let mut counts = LapseCounts::default();
    for customer in 0..50_000 {
        let (first, second) = (1 + customer % 700, 1 + customer % 90);
        let days = [0, first, first + second];
        counts.add(&days, 800).expect("up to as_of");
    }
    assert!(counts.waits.bytes() < 64 << 10, "{}", counts.waits.bytes());
    let mut few = LapseCounts::default();
    few.add(&[0, 700], 800).expect("up to as_of");
    assert!(few.waits.bytes() < 128, "{}", few.waits.bytes());
}
