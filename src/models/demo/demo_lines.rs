//! What was in the orders of the made-up shop: an outdoor and home shop whose customers
//! have tastes, buy what goes together and buy again what is used up. All brands are
//! invented. Names are in many languages, since catalogues are.

use super::demo::demo_customer;
use crate::models::numerics::mix::mix;
use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::ptr;
use std::sync::LazyLock;

/// A product of the shop.
#[derive(Debug, PartialEq)]
pub struct Product {
    /// Five digits, the first three of which are the category's.
    pub id: &'static str,
    /// Name in one of many languages.
    pub name: &'static str,
    /// Name of the category.
    pub category: &'static str,
    /// Invented.
    pub brand: &'static str,
    /// List price.
    cents: i64,
    /// Number of the category, from 0.
    kind: usize,
    /// 1 for the most popular of the category.
    rank: u64,
}

/// One line of an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DemoLine {
    /// Position of the order among the customer's orders, from 0.
    pub order: usize,
    /// What was bought.
    pub product: &'static Product,
    /// How many; negative for a refund.
    pub quantity: i64,
    /// What was paid for all of them, with two decimals; negative for a refund.
    pub amount: f64,
}

/// By category, and the most popular first.
static PRODUCTS: LazyLock<Vec<Product>> =
    LazyLock::new(|| products(include_str!("demo_products.csv")));

// The categories, in the order of the file.
const TENTS: usize = 0;
const SLEEPING_BAGS: usize = 1;
const REPELLENTS: usize = 2;
const LANTERNS: usize = 3;
const BICYCLES: usize = 4;
const LOCKS: usize = 5;
const BICYCLE_LIGHTS: usize = 6;
const SNEAKERS: usize = 7;
const SOCKS: usize = 8;
const WINE: usize = 9;
const COFFEE: usize = 10;
const COOKWARE: usize = 11;

const CATEGORIES: usize = 12;

/// Categories that the same people like.
const INTERESTS: [&[usize]; 4] = [
    &[TENTS, SLEEPING_BAGS, LANTERNS, REPELLENTS],
    &[BICYCLES, LOCKS, BICYCLE_LIGHTS],
    &[SNEAKERS, SOCKS],
    &[WINE, COFFEE, COOKWARE],
];

/// Customers who buy from the first category want something of the second with this chance, in the
/// same order or later.
const COMPANIONS: [(usize, usize, f64); 8] = [
    (TENTS, SLEEPING_BAGS, 0.5),
    (TENTS, REPELLENTS, 0.4),
    (TENTS, LANTERNS, 0.2),
    (SLEEPING_BAGS, REPELLENTS, 0.2),
    (BICYCLES, LOCKS, 0.6),
    (BICYCLES, BICYCLE_LIGHTS, 0.4),
    (SNEAKERS, SOCKS, 0.4),
    (COFFEE, COOKWARE, 0.05),
];

/// Categories of what is used up and bought again.
const USED_UP: [usize; 3] = [REPELLENTS, WINE, COFFEE];

const SECOND_TASTE_IS_NEAR: f64 = 0.6;
const HAS_THIRD_TASTE: f64 = 0.5;
const BUYS_TO_TASTE: f64 = 0.85;
const BUYS_WHAT_IS_WANTED: f64 = 0.7;
const BUYS_AGAIN: f64 = 0.4;

/// A durable product that the customer already has is so many times less attractive.
const LASTING: u64 = 10;

const MOST_LINES: usize = 8;
const MOST_OF_ONE: i64 = 6;

fn products(file: &'static str) -> Vec<Product> {
    let mut products: Vec<Product> = Vec::new();
    for line in file.lines().skip(1) {
        let mut cells = line.splitn(5, ',');
        let mut cell = || cells.next().unwrap_or_default();
        let (id, category, brand) = (cell(), cell(), cell());
        let (kind, rank) = match products.last() {
            Some(last) if last.category == category => (last.kind, last.rank + 1),
            Some(last) => (last.kind + 1, 1),
            None => (0, 1),
        };
        products.push(Product {
            id,
            category,
            brand,
            cents: cell().parse().unwrap_or_default(),
            name: cell(),
            kind,
            rank,
        });
    }
    products
}

/// The lines of all orders of customer number `index`, by order: what they bought in the
/// orders of [`demo_customer`]. They add up to the order's amount to the cent.
///
/// What is paid for a product varies about its list price, as it does with promotions,
/// because the amounts of the orders are given.
pub fn demo_lines(index: u64, seed: u64) -> Vec<DemoLine> {
    let mut customer = Shopper::new(index, seed);
    let orders = demo_customer(index, seed);
    let mut lines: Vec<DemoLine> = Vec::new();
    for (number, order) in orders.iter().enumerate() {
        let cents = (order.amount * 100.0).round() as i64;
        // A refund returns the latest order of that amount.
        let returned = lines.iter().rposition(|line| {
            let earlier = &orders[line.order];
            earlier.status == "completed" && earlier.amount == -order.amount
        });
        if let Some(last) = returned {
            let original = lines[last].order;
            let first = lines.partition_point(|line| line.order < original);
            for line in first..=last {
                lines.push(DemoLine {
                    order: number,
                    quantity: -lines[line].quantity,
                    amount: -lines[line].amount,
                    ..lines[line]
                });
            }
            continue;
        }
        let basket = customer.basket(cents, order.status == "completed");
        let paid = shares(&basket, cents);
        for ((product, quantity), paid) in basket.into_iter().zip(paid) {
            lines.push(DemoLine {
                order: number,
                product,
                quantity,
                amount: paid as f64 / 100.0,
            });
        }
    }
    lines
}

type Cart = Vec<(&'static Product, i64)>;

/// Splits what was paid in proportion to list prices; the first line takes the rounding difference.
fn shares(basket: &Cart, cents: i64) -> Vec<i64> {
    let list = |(product, quantity): &(&Product, i64)| i128::from(product.cents * quantity);
    let total: i128 = basket.iter().map(list).sum();
    let share = |line| (i128::from(cents) * list(line) / total.max(1)) as i64;
    let mut shares: Vec<i64> = basket.iter().map(share).collect();
    let left = cents - shares.iter().sum::<i64>();
    shares.iter_mut().take(1).for_each(|first| *first += left);
    shares
}

/// What somebody likes, has and lacks.
struct Shopper {
    random: Pcg64Mcg,
    /// Preferred categories, the first one most.
    tastes: Vec<usize>,
    /// Categories that go with what was bought.
    wanted: Vec<usize>,
    /// Products bought that are used up.
    used_up: Vec<&'static Product>,
    /// Products bought that last.
    lasting: Vec<&'static Product>,
}

impl Shopper {
    fn new(index: u64, seed: u64) -> Self {
        // Another stream than that of the orders.
        let mut random = Pcg64Mcg::seed_from_u64(!mix(seed.wrapping_add(mix(index))));
        let interest = pick(&INTERESTS, &mut random);
        let first = pick(interest, &mut random);
        let second = if random.random_bool(SECOND_TASTE_IS_NEAR) {
            pick(interest, &mut random)
        } else {
            random.random_range(0..CATEGORIES)
        };
        let mut tastes = vec![first, first, first, second, second];
        if random.random_bool(HAS_THIRD_TASTE) {
            tastes.push(random.random_range(0..CATEGORIES));
        }
        Self {
            random,
            tastes,
            wanted: Vec::new(),
            used_up: Vec::new(),
            lasting: Vec::new(),
        }
    }

    /// Products for about `budget`; only those of completed orders are owned afterwards.
    fn basket(&mut self, budget: i64, is_completed: bool) -> Cart {
        let mut basket = Cart::new();
        let mut left = budget;
        while basket.len() < MOST_LINES && left > budget / 6 {
            let limit = left + left / 10;
            let Some(product) = self.next(limit, &basket) else {
                break;
            };
            let most = if USED_UP.contains(&product.kind) {
                (left / product.cents).clamp(1, MOST_OF_ONE)
            } else {
                1
            };
            let quantity = self.random.random_range(1..=most);
            basket.push((product, quantity));
            left -= product.cents * quantity;
            if is_completed {
                self.own(product);
            }
        }
        if basket.is_empty() {
            // Nothing costs so little: a sample at half price.
            basket.extend(PRODUCTS.iter().min_by_key(|p| p.cents).map(|p| (p, 1)));
        }
        // A very large order is one of large quantities.
        let times = budget / (budget - left).max(1);
        if times > 1 {
            basket.iter_mut().for_each(|line| line.1 *= times);
        }
        basket
    }

    fn own(&mut self, product: &'static Product) {
        for (bought, companion, chance) in COMPANIONS {
            if product.kind == bought && self.random.random_bool(chance) {
                self.wanted.push(companion);
            }
        }
        if USED_UP.contains(&product.kind) {
            self.used_up.push(product);
        } else if !self.lasting.iter().any(|other| ptr::eq(*other, product)) {
            self.lasting.push(product);
        }
    }

    /// What the customer takes next, at most `limit` cents and not in the basket yet.
    fn next(&mut self, limit: i64, basket: &Cart) -> Option<&'static Product> {
        if !self.wanted.is_empty() && self.random.random_bool(BUYS_WHAT_IS_WANTED) {
            let kind = self.wanted[0];
            if let Some(product) = self.choose(of_kind(kind), limit, basket) {
                self.wanted.remove(0);
                return Some(product);
            }
        }
        if !self.used_up.is_empty() && self.random.random_bool(BUYS_AGAIN) {
            let product = pick(&self.used_up, &mut self.random);
            if is_possible(product, limit, basket) {
                return Some(product);
            }
        }
        if self.random.random_bool(BUYS_TO_TASTE) {
            let kind = pick(&self.tastes, &mut self.random);
            if let Some(product) = self.choose(of_kind(kind), limit, basket) {
                return Some(product);
            }
        }
        self.choose(&PRODUCTS, limit, basket)
    }

    /// One of the products: by Zipf's law within its category, with less weight below a quarter of
    /// the budget. Whole numbers, so that it is the same on every machine.
    fn choose(
        &mut self,
        products: &'static [Product],
        limit: i64,
        basket: &Cart,
    ) -> Option<&'static Product> {
        let weight = |product: &Product| {
            if !is_possible(product, limit, basket) {
                return 0;
            }
            let fit = (4 * product.cents).min(limit).cast_unsigned();
            let weight = 1_000_000 / product.rank * fit / limit.cast_unsigned();
            let is_there = self.lasting.iter().any(|other| ptr::eq(*other, product));
            if is_there { weight / LASTING } else { weight }
        };
        let total: u64 = products.iter().map(weight).sum();
        if total == 0 {
            return None;
        }
        let mut at = self.random.random_range(0..total);
        products.iter().find(|product| {
            let weight = weight(product);
            let is_here = at < weight;
            at = at.wrapping_sub(weight);
            is_here
        })
    }
}

fn of_kind(kind: usize) -> &'static [Product] {
    let start = PRODUCTS.partition_point(|product| product.kind < kind);
    let end = PRODUCTS.partition_point(|product| product.kind <= kind);
    &PRODUCTS[start..end]
}

fn is_possible(product: &Product, limit: i64, basket: &Cart) -> bool {
    product.cents <= limit && basket.iter().all(|(other, _)| !ptr::eq(*other, product))
}

fn pick<T: Copy>(from: &[T], random: &mut impl Rng) -> T {
    from[random.random_range(0..from.len())]
}

#[cfg(test)]
#[path = "demo_lines_tests.rs"]
mod tests;
