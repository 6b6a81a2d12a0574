use super::*;
use crate::models::numerics::mix::mix;
use crate::models::prediction::sample::CustomerSample;

/// 2021-01-01.
const START: i32 = 18_628;

/// Uniform on (0, 1).
fn uniform(state: &mut u64) -> f64 {
    *state = mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
    (*state as f64 / u64::MAX as f64).clamp(1e-12, 1.0 - 1e-12)
}

/// Customers who buy every 40 days of seasonal time in the mean and never leave.
fn shop(seasons: &Seasons, customers: usize, days: i32, seed: u64) -> CustomerSample {
    let mut sample = CustomerSample::default();
    let mut state = mix(seed);
    for _ in 0..customers {
        let first = START + (uniform(&mut state) * f64::from(days) * 0.8) as i32;
        let mut bought = vec![first];
        let mut day = first;
        let mut due = -uniform(&mut state).ln() * 40.0;
        while day < START + days {
            day += 1;
            due -= seasons.ahead(day - 1, 1.0);
            if due <= 0.0 {
                bought.push(day);
                due = -uniform(&mut state).ln() * 40.0;
            }
        }
        bought.retain(|&day| day <= START + days);
        sample.add(&bought, None).expect("room");
    }
    sample
}

fn model() -> PurchaseModel {
    PurchaseModel {
        r: 400.0,
        alpha: 16_000.0,
        a: 0.001,
        b: 1.0,
        ..PurchaseModel::CDNOW
    }
}

fn christmas() -> Seasons {
    let mut index = [0.9; MONTHS];
    index[10] = 1.2;
    index[11] = 1.8;
    Seasons::new(index).expect("sound")
}

#[test]
fn the_index_of_a_shop_is_found() {
    let truth = christmas();
    let mut sample = shop(&truth, 2_000, 1_200, 1);
    let (customers, until) = (&sample.customers().expect("room"), START + 1_200);
    let found = season_estimates(customers, &model(), START, until)
        .expect("room")
        .expect("a year");
    for (month, expected) in found.iter().zip(truth.index()) {
        assert!((month.index - expected).abs() < 0.05, "{found:?}");
        assert!(month.low < month.index && month.index < month.high);
        assert!((3..=4).contains(&month.years), "{found:?}");
    }
    // Nobody leaves, and all buy alike: the past is the same in any time.
    let factors = seasons(customers, &model(), START, until)
        .expect("room")
        .expect("a year");
    for (factor, month) in factors.index().iter().zip(&found) {
        assert!((factor - month.index).abs() < 0.02, "{factors:?} {found:?}");
    }
}

/// Customers of MBG/NBD with r = 1: each has a rate of their own, and one in ten leaves after a
/// purchase.
fn leaving_shop(seasons: &Seasons, customers: usize, days: i32, seed: u64) -> CustomerSample {
    let mut sample = CustomerSample::default();
    let mut state = mix(seed);
    for _ in 0..customers {
        let mut day = START + (uniform(&mut state) * f64::from(days)) as i32;
        let gap = 40.0 / -uniform(&mut state).ln();
        let mut bought = vec![];
        while day <= START + days {
            bought.push(day);
            if uniform(&mut state) < 0.1 {
                break;
            }
            let due = -uniform(&mut state).ln() * gap;
            day += 1 + seasons.days_for(day, due, 2_000.0) as i32;
        }
        sample.add(&bought, None).expect("room");
    }
    sample
}

#[test]
fn a_season_is_not_taken_for_a_part_of_the_customers() {
    let truth = christmas();
    let mut sample = leaving_shop(&truth, 15_000, 1_500, 3);
    let model = PurchaseModel {
        r: 1.0,
        alpha: 40.0,
        a: 10.0,
        b: 90.0,
        ..PurchaseModel::CDNOW
    };
    let (customers, until) = (&sample.customers().expect("room"), START + 1_500);
    let found = season_estimates(customers, &model, START, until)
        .expect("room")
        .expect("a year");
    let factors = seasons(customers, &model, START, until)
        .expect("room")
        .expect("a year");
    // Less of December is left unexpected where its customers are known for the autumn's.
    for (month, truth) in [(0, 0.9), (11, 1.8)] {
        let [by_season, by_calendar] =
            [found[month].index, factors.index()[month]].map(|index| (index / truth).ln().abs());
        assert!(by_season < 0.6 * by_calendar, "{found:?} {factors:?}");
    }
}

#[test]
fn nothing_is_known_before_a_year_and_little_of_few_customers() {
    let mut sample = shop(&christmas(), 3, 800, 2);
    let mut months =
        |until| season_estimates(&sample.customers().expect("room"), &model(), START, until);
    let mut estimates = |until| {
        let found = months(until).expect("room");
        found.map(|months| months.map(|month| (month.index, month.years)))
    };
    assert_eq!(estimates(START + 364), None);
    let year = estimates(START + 365).expect("a year");
    // From February on, because the first month is not known whole.
    assert_eq!(
        year.map(|(_, years)| years),
        [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    );
    let two = estimates(START + 800).expect("two years");
    assert!(
        two.iter().all(|(index, _)| (index - 1.0).abs() < 0.3),
        "{two:?}"
    );
}

#[test]
fn the_months_are_whole_and_the_latest() {
    let months = whole_months(START + 3, START + 3_000).expect("room");
    assert_eq!(months.len(), MOST_MONTHS);
    assert!(months.windows(2).all(|pair| pair[0].end == pair[1].start));
    let last = months.last().expect("many");
    assert_eq!(Civil::of(last.end).day, 1);
    assert!(last.end <= i64::from(START) + 3_001 && last.end > i64::from(START) + 2_970);
    // A month that ends today is over; one that begins with the first purchase is not known whole.
    let february = whole_months(START + 30, START + 58).expect("room");
    assert_eq!(
        february.iter().map(|month| month.place).collect::<Vec<_>>(),
        [1]
    );
    assert!(
        whole_months(START + 31, START + 58)
            .expect("room")
            .is_empty()
    );
    assert!(
        whole_months(START + 30, START + 57)
            .expect("room")
            .is_empty()
    );
}
