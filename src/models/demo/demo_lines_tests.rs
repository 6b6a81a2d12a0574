//! That the shop is consistent with the orders and looks like one.

use super::*;
use std::collections::{HashMap, HashSet};

#[test]
fn the_catalogue_is_complete() {
    let categories: Vec<&str> = PRODUCTS.iter().map(|product| product.category).collect();
    let kinds = PRODUCTS.iter().map(|p| (p.kind, p.category));
    assert_eq!(kinds.collect::<HashSet<_>>().len(), CATEGORIES);
    for (kind, name) in [
        (TENTS, "Tents"),
        (SLEEPING_BAGS, "Sleeping Bags"),
        (REPELLENTS, "Repellents"),
        (LANTERNS, "Lanterns"),
        (BICYCLES, "Bicycles"),
        (LOCKS, "Locks"),
        (BICYCLE_LIGHTS, "Bicycle Lights"),
        (SNEAKERS, "Sneakers"),
        (SOCKS, "Socks"),
        (WINE, "Wine"),
        (COFFEE, "Coffee"),
        (COOKWARE, "Cookware"),
    ] {
        let first = PRODUCTS.iter().find(|p| p.kind == kind).expect("products");
        assert_eq!((first.category, first.rank), (name, 1));
    }
    assert!((200..=300).contains(&categories.len()));
    let ids: HashSet<&str> = PRODUCTS.iter().map(|product| product.id).collect();
    assert_eq!(ids.len(), categories.len());
    for product in PRODUCTS.iter() {
        assert!((100..30_000).contains(&product.cents), "{product:?}");
        assert!(!product.name.is_empty() && !product.brand.is_empty());
        let number: usize = product.id[1..3].parse().expect("digits");
        assert_eq!(number, product.kind + 1, "{product:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_lines_and_another_one_does_not() {
    assert_eq!(demo_lines(7, 42), demo_lines(7, 42));
    assert_ne!(demo_lines(7, 42), demo_lines(7, 43));
    assert_ne!(demo_lines(7, 42), demo_lines(8, 42));
}

#[test]
fn lines_add_up_to_their_orders() {
    for index in 0..5_000 {
        let orders = demo_customer(index, 42);
        let lines = demo_lines(index, 42);
        assert!(lines.is_sorted_by_key(|line| line.order));
        for (number, order) in orders.iter().enumerate() {
            let of_order: Vec<_> = lines.iter().filter(|line| line.order == number).collect();
            let cents = |amount: f64| (amount * 100.0).round() as i64;
            let sum: i64 = of_order.iter().map(|line| cents(line.amount)).sum();
            assert_eq!(sum, cents(order.amount));
            assert!((1..=MOST_LINES).contains(&of_order.len()));
            for line in &of_order {
                assert_eq!(line.quantity < 0, order.status == "refunded");
                assert_eq!(line.amount < 0.0, order.status == "refunded");
                assert!(line.quantity != 0 && line.amount != 0.0);
            }
            let products: HashSet<_> = of_order.iter().map(|line| line.product.id).collect();
            assert_eq!(products.len(), of_order.len());
        }
    }
}

/// The share of those who bought `second` among those who did and did not buy `first`.
fn shares_with(customers: &[HashSet<usize>], first: usize, second: usize) -> (f64, f64) {
    let share = |has: bool| {
        let of: Vec<_> = customers
            .iter()
            .filter(|c| c.contains(&first) == has)
            .collect();
        of.iter().filter(|c| c.contains(&second)).count() as f64 / of.len() as f64
    };
    (share(true), share(false))
}

#[test]
fn the_shop_looks_like_one() {
    let shop: Vec<Vec<DemoLine>> = (0..5_000).map(|index| demo_lines(index, 42)).collect();
    let bought: Vec<&DemoLine> = shop.iter().flatten().filter(|l| l.quantity > 0).collect();

    // A long tail, in which nearly every product was bought.
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for line in &bought {
        *counts.entry(line.product.id).or_default() += 1;
    }
    assert!(counts.len() > PRODUCTS.len() * 95 / 100, "{}", counts.len());
    let mut by_count: Vec<usize> = counts.into_values().collect();
    by_count.sort_unstable_by(|a, b| b.cmp(a));
    let head: usize = by_count[..PRODUCTS.len() / 5].iter().sum();
    let share = head as f64 / bought.len() as f64;
    assert!((0.45..0.8).contains(&share), "{share}");

    // Prices stay near the list.
    let near = |line: &&&DemoLine| {
        let list = (line.product.cents * line.quantity) as f64 / 100.0;
        (0.8..1.25).contains(&(line.amount / list))
    };
    let share = bought.iter().filter(near).count() as f64 / bought.len() as f64;
    assert!(share > 0.9, "{share}");

    // What goes together is bought by the same customers.
    let kinds: Vec<HashSet<usize>> = shop
        .iter()
        .map(|lines| lines.iter().map(|line| line.product.kind).collect())
        .collect();
    for (first, second, chance) in COMPANIONS {
        let (with, without) = shares_with(&kinds, first, second);
        assert!(
            chance < 0.1 || with > 1.5 * without,
            "{first} {second} {with} {without}"
        );
    }

    // What is used up is bought again more often.
    let again = |is_used_up: bool| {
        let (mut pairs, mut repeated) = (0, 0);
        for lines in &shop {
            let mut orders: HashMap<&str, HashSet<usize>> = HashMap::new();
            for line in lines.iter().filter(|line| line.quantity > 0) {
                if USED_UP.contains(&line.product.kind) == is_used_up {
                    orders
                        .entry(line.product.id)
                        .or_default()
                        .insert(line.order);
                }
            }
            pairs += orders.len();
            repeated += orders.values().filter(|orders| orders.len() > 1).count();
        }
        f64::from(repeated as u32) / f64::from(pairs as u32)
    };
    assert!(
        again(true) > 1.5 * again(false),
        "{} {}",
        again(true),
        again(false)
    );
}
