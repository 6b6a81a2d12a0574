//! A simulated shop whose true model is known, for examples and tests.
//!
//! The purchases follow the model that the extension fits (MBG/NBD), the
//! amounts a gamma-gamma model (Fader & Hardie 2013), and around them is what
//! real order tables contain: refunds, cancelled orders and guest orders.

use crate::models::numerics::mix::mix;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Beta, Distribution, Exp, Gamma};
use rand_pcg::Pcg64Mcg;

/// 2023-01-01, the first day a customer may come.
pub const FIRST_DAY: i32 = 19_358;

/// 2025-12-31, the last day of the shop.
pub const LAST_DAY: i32 = 20_453;

/// The most purchases of one customer, who therefore has at most three times as many rows: each
/// purchase may have one refund and one cancelled order. At the rates below nobody comes near.
pub const MOST_PURCHASES: usize = 500;

/// MBG/NBD parameters: a customer who stays buys every 75 days on average, and
/// one in five leaves after a purchase.
const SHAPE: f64 = 0.8;
const SCALE: f64 = 1.0 / 60.0;
const DROPOUT: (f64, f64) = (0.5, 2.0);

/// Gamma-gamma: amounts of one customer ~ Gamma(6, ν), ν ~ Gamma(4, 1/20),
/// which makes 40 on average.
const AMOUNT_SHAPE: f64 = 6.0;
const AMOUNT_RATE: (f64, f64) = (4.0, 1.0 / 20.0);

const REFUND_SHARE: f64 = 0.03;
const CANCELLED_SHARE: f64 = 0.03;
const GUEST_SHARE: f64 = 0.02;

/// Countries with their cumulative shares.
const COUNTRIES: [(&str, f64); 5] = [
    ("DE", 0.45),
    ("GB", 0.70),
    ("FR", 0.84),
    ("DK", 0.93),
    ("US", 1.0),
];

/// One row of the order table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DemoOrder {
    /// Day of the order.
    pub day: i32,
    /// Value with two decimals; negative for a refund.
    pub amount: f64,
    /// `completed`, `refunded` or `cancelled`.
    pub status: &'static str,
    /// Country of the customer.
    pub country: &'static str,
    /// Whether the order was made without logging in, so that its customer is
    /// not known. Never the first.
    pub guest: bool,
    /// Whether they were still a customer on [`LAST_DAY`], which no real table knows.
    pub is_alive: bool,
}

/// All orders of customer number `index`, by day. The same `index` and `seed`
/// give the same orders on every machine, whatever other customers there are.
pub fn demo_customer(index: u64, seed: u64) -> Vec<DemoOrder> {
    let mut random = Pcg64Mcg::seed_from_u64(mix(seed.wrapping_add(mix(index))));
    let country = country(random.random());
    let rate = sample(Gamma::new(SHAPE, SCALE), &mut random).max(1e-6);
    let dropout = sample(Beta::new(DROPOUT.0, DROPOUT.1), &mut random);
    let amount_scale =
        1.0 / sample(Gamma::new(AMOUNT_RATE.0, AMOUNT_RATE.1), &mut random).max(1e-3);

    let mut orders = Vec::new();
    let mut time = f64::from(random.random_range(FIRST_DAY..=LAST_DAY));
    let mut is_alive = true;
    for purchase in 0..MOST_PURCHASES {
        let day = time as i32;
        let amount =
            cents(sample(Gamma::new(AMOUNT_SHAPE, amount_scale), &mut random).clamp(1.0, 1e5));
        let order = DemoOrder {
            day,
            amount,
            status: "completed",
            country,
            guest: purchase > 0 && random.random_bool(GUEST_SHARE),
            is_alive,
        };
        orders.push(order);
        if random.random_bool(REFUND_SHARE) {
            let day = day + random.random_range(2..=21);
            orders.push(DemoOrder {
                day,
                amount: -amount,
                status: "refunded",
                ..order
            });
        }
        if random.random_bool(CANCELLED_SHARE) {
            let day = day + random.random_range(0..=10);
            let amount = cents(amount * random.random_range(0.5..1.5));
            orders.push(DemoOrder {
                day,
                amount,
                status: "cancelled",
                ..order
            });
        }
        if random.random_bool(dropout.clamp(0.0, 1.0)) {
            is_alive = false;
            break;
        }
        time += sample(Exp::new(rate), &mut random);
        if time >= f64::from(LAST_DAY) + 1.0 {
            break;
        }
    }
    orders.retain(|order| order.day <= LAST_DAY);
    orders
        .iter_mut()
        .for_each(|order| order.is_alive = is_alive);
    orders.sort_by_key(|order| order.day);
    orders
}

/// The country at a share of the customers.
pub(super) fn country(share: f64) -> &'static str {
    COUNTRIES
        .iter()
        .find(|(_, up_to)| share < *up_to)
        .map_or(COUNTRIES[0].0, |(country, _)| country)
}

fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// Samples a distribution whose parameters are constants or bounded above; one
/// that could not be made gives 0.
fn sample<D: Distribution<f64>, E>(distribution: Result<D, E>, random: &mut impl Rng) -> f64 {
    distribution.map_or(0.0, |distribution| distribution.sample(random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::prediction::model_fit::ModelFit;
    use crate::models::purchases::purchases::PurchaseDays;

    fn shop(customers: u64) -> Vec<Vec<DemoOrder>> {
        (0..customers)
            .map(|index| demo_customer(index, 42))
            .collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_shop_and_another_one_does_not() {
        assert_eq!(demo_customer(7, 42), demo_customer(7, 42));
        assert_ne!(demo_customer(7, 42), demo_customer(7, 43));
        assert_ne!(demo_customer(7, 42), demo_customer(8, 42));
        assert_eq!(demo_customer(7, 42)[0].day, 20_377);
    }

    #[test]
    fn the_shop_looks_like_one() {
        let shop = shop(20_000);
        let all: Vec<_> = shop.iter().flatten().collect();
        let share = |wanted: fn(&DemoOrder) -> bool| {
            all.iter().filter(|o| wanted(o)).count() as f64 / all.len() as f64
        };
        assert!((0.02..0.04).contains(&share(|o| o.status == "refunded")));
        assert!((0.02..0.04).contains(&share(|o| o.status == "cancelled")));
        assert!((0.01..0.02).contains(&share(|o| o.guest)));
        assert!(all.iter().all(|o| (FIRST_DAY..=LAST_DAY).contains(&o.day)));
        assert!(
            all.iter()
                .all(|o| (o.amount * 100.0).fract() == 0.0 || cents(o.amount) == o.amount)
        );
        assert!(
            shop.iter()
                .all(|orders| !orders.is_empty() && !orders[0].guest)
        );
        assert!(shop.iter().all(|orders| orders.is_sorted_by_key(|o| o.day)));
        let alive = shop.iter().filter(|orders| orders[0].is_alive).count();
        assert!((4_000..16_000).contains(&alive), "{alive}");
        let mean = all.iter().map(|o| o.amount).sum::<f64>() / all.len() as f64;
        assert!((30.0..50.0).contains(&mean), "{mean}");
    }

    /// The law of the whole crate: the fit recovers what was simulated.
    #[test]
    fn the_fit_recovers_the_simulated_parameters() {
        let mut fit = ModelFit::default();
        for orders in shop(20_000) {
            let mut days = PurchaseDays::default();
            for order in orders.iter().filter(|o| o.status == "completed") {
                days.add(order.day, Some(order.amount)).expect("room");
            }
            let history = days.history().expect("finite").expect("a purchase");
            fit.add(&history, None, Some(LAST_DAY)).expect("room");
        }
        let model = fit.finish(180, true).expect("a fit").model.model;
        for (actual, truth) in [
            (model.r, SHAPE),
            (model.alpha, 1.0 / SCALE),
            (model.a, DROPOUT.0),
            (model.b, DROPOUT.1),
        ] {
            assert!((actual / truth - 1.0).abs() < 0.1, "{model:?}");
        }
    }
}
