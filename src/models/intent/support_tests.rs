//! Bounds worked out by hand, and that no launch gets more than its past supports.

use super::*;
use crate::models::intent::basket::{Basket, BasketBuilder};
use crate::models::intent::calibration::{Calibration, CalibrationCounts};
use crate::models::intent::counts::{CountFrame, Counts, pack_pairs};
use crate::models::intent::evidence::{Evidence, LabelScore, Scorer};
use crate::models::intent::reading::Reading;
use crate::models::intent::scales::{Days, ScaleSums, Scales, open_both};
use crate::models::intent::weighing;
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

const CALENDAR: Calendar = Calendar {
    today: 1000,
    horizon: 60,
};

fn close(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= 1e-12 * expected
}

/// A label of which every list of days is a customer's.
fn demand<'a>(customers: impl IntoIterator<Item = &'a [i32]>) -> Demand {
    let mut demand = Demand::default();
    for days in customers {
        demand.add(days.iter().copied(), &CALENDAR);
    }
    demand
}

fn shop(opening: i32) -> Launch {
    let mut shop = Launch::default();
    (0..9).for_each(|_| shop.add(opening));
    shop
}

#[test]
fn a_launch_is_the_day_of_the_fifth_customer() {
    let mut launch = Launch::default();
    for day in [9, 100, 7, 50, 8] {
        assert_eq!(launch.day(), None);
        launch.add(day);
    }
    assert_eq!(launch.day(), Some(100));
    let mut other = Launch::default();
    [60, 3, 70].iter().for_each(|&day| other.add(day));
    launch.merge(&other);
    assert_eq!(launch.0, [3, 7, 8, 9, 50]);
}

#[test]
fn counts_are_those_of_whole_horizons() {
    // The last days in and the first out of: the half, the horizon, and both a year ago.
    let days: [&[i32]; 6] = [
        &[971, 1000],
        &[941, 970],
        &[636, 695, 940],
        &[576, 635],
        &[575, 696],
        &[],
    ];
    let counted = demand(days);
    assert_eq!((counted.latest, counted.recent), (1, 2));
    assert_eq!(counted.year_ago, [1, 1]);
    assert_eq!(counted.launch.day(), Some(971));
}

#[test]
fn a_launch_slows_down_with_the_square_root_of_its_age() {
    // 20 buyers in 45 days, 15 of them in the last 30: √(45 + 60) − √45 over √45, and over √45 − √15.
    let early: [&[i32]; 5] = [&[956]; 5];
    let late: [&[i32]; 15] = [&[980]; 15];
    let young = demand(early.into_iter().chain(late));
    let root = |age: f64| age.sqrt();
    let by_horizon = 20.5 * (root(105.0) - root(45.0)) / root(45.0);
    assert!(close(young.support(&shop(900), &CALENDAR), by_horizon));
    // As old as the shop: nothing is known of a launch.
    assert!(close(young.support(&shop(927), &CALENDAR), 20.5));
    // Falling: 4 of 19 in the later half.
    let (early, late): ([&[i32]; 15], [&[i32]; 4]) = ([&[956]; 15], [&[980]; 4]);
    let falling = demand(early.into_iter().chain(late));
    let by_half = 4.5 * (root(105.0) - root(45.0)) / (root(45.0) - root(15.0));
    assert!(close(falling.support(&shop(900), &CALENDAR), by_half));
    assert!(close(falling.support(&shop(927), &CALENDAR), 9.0));
    assert!(young.is_new(&CALENDAR) && falling.is_new(&CALENDAR));
}

#[test]
fn new_is_what_fewer_than_five_had_bought_two_horizons_ago() {
    let since = |day: i32, customers| demand(std::iter::repeat_n(&[day, 1000][..], customers));
    assert!(since(881, 5).is_new(&CALENDAR));
    assert!(!since(880, 5).is_new(&CALENDAR));
    assert!(!since(881, 4).is_new(&CALENDAR), "too few to tell");
}

#[test]
fn a_season_that_ended_a_year_ago_lowers_the_bound() {
    // 95 customers bought it in the last horizon and in that of a year ago, 5 in the one after.
    let same: [&[i32]; 95] = [&[600, 990]; 95];
    let after: [&[i32]; 5] = [&[500, 650, 990]; 5];
    let bound = |first: &[i32]| {
        let old: Vec<&[i32]> = vec![first; 5];
        let days = same.into_iter().chain(after).chain(old);
        let all = demand(days);
        assert_eq!((all.recent, all.year_ago), (100, [95, 5]));
        let growth = growth(all.age_of_launch(&shop(0), &CALENDAR), 60, &CALENDAR);
        all.support(&shop(0), &CALENDAR) / (100.5 * growth)
    };
    assert!(close(bound(&[100]), (10.0_f64 / 100.0).powf(0.3)));
    // The other way round it is not raised, and nothing is taken from the days of a launch.
    let risen = demand(std::iter::repeat_n(&[500, 650, 990][..], 50));
    assert_eq!(risen.season(&CALENDAR), 1.0);
    let launched = demand(std::iter::repeat_n(&[576, 990][..], 50));
    assert_eq!(launched.season(&CALENDAR), 1.0);
    let long = Calendar {
        horizon: 183,
        ..CALENDAR
    };
    assert_eq!(demand(same).season(&long), 1.0, "the next year's is this");
}

#[test]
fn a_season_is_known_of_a_year_in_which_the_label_was_sold() {
    let years = |launch| demand(std::iter::repeat_n(&[launch][..], 5)).years_on_record(&CALENDAR);
    assert_eq!([1000, 636, 635, 271, 270].map(years), [0, 0, 1, 1, 2]);
    assert_eq!(
        demand([&[1][..]; 4]).years_on_record(&CALENDAR),
        0,
        "no launch"
    );
}

/// A shop with a label of two products, of which the customers bought nothing before the launch.
#[derive(Clone, Debug)]
struct Shop {
    seed: u64,
    customers: u32,
    days: i32,
    horizon: i32,
    launch_age: i32,
    share: f64,
    /// From this age on it is bought no more.
    season: i32,
}

fn random_shop() -> impl Strategy<Value = Shop> {
    let horizon = prop_oneof![Just(60), 1..120_i32];
    (
        any::<u64>(),
        20..200_u32,
        1..900_i32,
        horizon,
        0.0..1.0,
        0.01..0.9,
        0..200_i32,
    )
        .prop_map(
            |(seed, customers, days, horizon, launch, share, season)| Shop {
                seed,
                customers,
                days,
                horizon,
                launch_age: (f64::from(days) * launch) as i32,
                share,
                season: if season < 100 { season } else { 0 },
            },
        )
}

impl Shop {
    const TODAY: i32 = 1000;

    /// Product and day of every line, by customer.
    fn lines(&self) -> Vec<Vec<(u32, i32)>> {
        let mut random = Pcg64::seed_from_u64(self.seed);
        let mut customer = |_| {
            let joined = random.random_range(0..self.days);
            let taste = random.random_range(0..6_u32);
            let orders = random.random_range(1..12);
            let mut lines = Vec::new();
            for _ in 0..orders {
                let age = random.random_range(0..=joined);
                let is_sold = (self.season..=self.launch_age).contains(&age);
                let product = if is_sold && random.random_bool(self.share) {
                    taste % 2
                } else {
                    2 + (taste + random.random_range(0..2)) % 6
                };
                lines.push((product, Self::TODAY - age));
            }
            lines
        };
        (0..self.customers).map(&mut customer).collect()
    }

    fn scores(&self, lines: &[Vec<(u32, i32)>]) -> Vec<LabelScore> {
        let packed: Vec<Vec<u8>> = lines
            .iter()
            .map(|lines| {
                let mut basket = BasketBuilder::default();
                for &(product, day) in lines {
                    let label = (product < 2).then_some(0);
                    basket.add(Some(product), day, label).expect("room");
                }
                basket.pack().expect("room")
            })
            .collect();
        let open = |bytes| Basket::open(bytes).expect("it was packed");
        let baskets = || packed.iter().map(|bytes| open(bytes));
        let frame = CountFrame {
            members: &pack_pairs(&mut vec![0, 1 << 32]).expect("room"),
            products: 8,
            labels: 1,
            as_of: Self::TODAY,
            horizon: self.horizon,
        };
        let mut counts = Counts::default();
        baskets().for_each(|basket| counts.add(basket, frame).expect("few pairs"));
        let weights = weighing::pack(&counts).expect("room");
        let weights = weights.expect("there are customers");
        let reading = Reading::new(self.horizon);
        let days = Days {
            weights: open_both(&weights).expect("it was packed"),
            reading: &reading,
        };
        let mut sums = ScaleSums::default();
        baskets().for_each(|basket| sums.add(basket, &days).expect("room"));
        let scales = Scales::open(&sums.pack().expect("room")).expect("it was packed");
        let mut parts = [CalibrationCounts::default(), CalibrationCounts::default()];
        for (basket, part) in baskets().zip([0, 1, 1].into_iter().cycle()) {
            parts[part].add(basket, &days, &scales).expect("room");
        }
        let [mut counts, other] = parts;
        counts.merge(&other).expect("the same labels");
        let packed_levels = counts.pack().expect("room");
        let judge = Scorer {
            days,
            scales: &scales,
            calibrations: &Calibration::open_all(&packed_levels).expect("it was packed"),
        };
        let score = |basket| judge.scores(basket, 0..1).expect("they belong together");
        let scores = baskets().map(|basket| score(basket).expect("an order").remove(0));
        scores.collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_launch_gets_more_buyers_than_its_past_supports(shop in random_shop()) {
        let lines = shop.lines();
        let ages = |customer: &[(u32, i32)]| -> Vec<i32> {
            let bought = customer.iter().filter(|(product, _)| *product < 2);
            bought.map(|(_, day)| Shop::TODAY - day).collect()
        };
        let ages: Vec<Vec<i32>> = lines.iter().map(|customer| ages(customer)).collect();
        let within = |days: i32| ages.iter().filter(|ages| ages.iter().any(|&age| age < days)).count() as f64;
        let mut firsts: Vec<i32> = ages.iter().filter_map(|ages| ages.iter().copied().max()).collect();
        firsts.sort_unstable_by(|a, b| b.cmp(a));
        let launch = firsts.get(4);

        let scores = shop.scores(&lines);
        let sum: f64 = scores.iter().filter_map(|score| score.probability).sum();
        // Never more than within the last horizon, nor than the latest pace of its days on sale.
        let half = (shop.horizon / 2).max(1);
        let sold = launch.map_or(half, |&age| (age + 1).min(half));
        let paced = (within(half) + 0.5) * f64::from(shop.horizon) / f64::from(sold);
        let bound = (within(shop.horizon) + 0.5).min(paced);
        prop_assert!(sum <= 1.001 * bound, "{sum} of {bound}");
        let is_new = launch.is_some_and(|&age| age < 2 * shop.horizon);
        for score in scores {
            prop_assert_eq!(score.is_new, is_new);
            prop_assert!(!is_new || score.evidence != Evidence::Ok);
        }
    }
}
