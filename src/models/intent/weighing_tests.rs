//! Weights against numbers worked out by hand and, for real data, by pandas.

use super::*;
use crate::models::intent::basket::{Basket, BasketBuilder};
use crate::models::intent::counts::{CountFrame, pack_pairs};
use crate::models::intent::features::features;
use crate::models::intent::reading::Reading;
use crate::models::intent::weights::Weights;
use crate::models::numerics::bytes::Reader;

fn close(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= 1e-9 * expected.abs().max(1.0)
}

#[test]
fn a_weight_worked_out_by_hand() {
    // Of 100 customers 20 bought the label; of 10 buyers of the product 8: the shrunk lift is
    // (8 + 5·0.2) / (15·0.2) = 3, and 8 are (8 − 2) / √(2 + 1) standard errors above 2.
    let expected = 3.0_f64.ln().powi(2) * 6.0 / 3.0_f64.sqrt();
    assert!(close(weight(8.0, 10.0, 20.0, 100.0), expected));
    assert_eq!(weight(2.0, 10.0, 20.0, 100.0), 0.0, "as everybody");
    assert_eq!(weight(1.0, 10.0, 20.0, 100.0), 0.0, "less than everybody");
    assert_eq!(weight(10.0, 10.0, 100.0, 100.0), 0.0, "all bought it");
    assert!(weight(9.0, 10.0, 20.0, 100.0) > expected);
    assert!(
        weight(4.0, 5.0, 20.0, 100.0) < expected,
        "the same, of fewer"
    );
}

/// ln of the shrunk lift, which the weight is the square of times the excess.
fn log_lift(both: f64, product_buyers: f64, label_buyers: f64, customers: f64) -> f64 {
    let expected = product_buyers * label_buyers / customers;
    let excess = (both - expected) / (expected + 1.0).sqrt();
    (weight(both, product_buyers, label_buyers, customers) / excess).sqrt()
}

#[test]
fn the_lifts_of_two_products_of_a_real_shop() {
    // UCI Online Retail II up to 2011-09-10, computed with pandas: what speaks most for names
    // with LANTERN, and for product 22915.
    assert!((log_lift(16.0, 19.0, 1142.0, 5283.0) - 1.191_616).abs() < 5e-7);
    assert!((log_lift(23.0, 63.0, 87.0, 5283.0) - 3.025_901).abs() < 5e-7);
}

#[test]
fn terms_are_counted_up_to_each_day_and_without_the_customer() {
    // Products 0 and 2 belong to the label. Customers 0 to 19 buy product 0, 8 of them and 2
    // others product 1, all early; 80 buy product 3, late.
    let frame = CountFrame {
        members: &pack_pairs(&mut vec![0, 2 << 32]).expect("room"),
        products: 4,
        labels: 1,
        as_of: 100,
        horizon: 60,
    };
    let mut counts = Counts::default();
    for customer in 0..100 {
        let mut basket = BasketBuilder::default();
        if customer < 20 {
            basket.add(Some(0), 30, Some(0)).expect("room");
        }
        if (12..22).contains(&customer) {
            basket.add(Some(1), 40, None).expect("room");
        }
        if customer >= 20 {
            basket.add(Some(3), 90, None).expect("room");
        }
        let packed = basket.pack().expect("room");
        let basket = Basket::open(&packed).expect("it was packed");
        counts.add(basket, frame).expect("few pairs");
    }
    let bytes = pack(&counts).expect("room").expect("there are customers");
    let mut reader = Reader::new(&bytes);
    let [today, earlier] = [(); 2].map(|()| Weights::open(&mut reader).expect("it was packed"));
    assert_eq!((today.until, earlier.until), (100, 40));
    assert_eq!((today.customers, earlier.customers), (100, 22));
    assert_eq!(
        today.product_buyers.iter().collect::<Vec<_>>(),
        [20, 10, 0, 80]
    );
    // Up to the last that anybody had bought.
    assert_eq!(earlier.product_buyers.iter().collect::<Vec<_>>(), [20, 10]);
    assert_eq!((today.products, earlier.products), (4, 4));
    let terms: Vec<(usize, Term)> = (0..4).flat_map(|product| today.of(product)).collect();
    let expected = Term {
        label: 0,
        weight: weight(8.0, 10.0, 20.0, 100.0) as f32,
        weight_without_self: weight(7.0, 9.0, 19.0, 99.0) as f32,
    };
    assert_eq!(today.common_buyers.iter().collect::<Vec<_>>(), [8]);
    assert_eq!(
        terms,
        [(0, expected)],
        "a member says nothing, nor does one without common buyers"
    );
    // 8 of 10 are fewer than 20 of 22.
    assert_eq!((0..4).flat_map(|product| earlier.of(product)).count(), 0);
}

/// What customer `customer` buys: products 0 to 4 are the labels of the same numbers.
fn packed_basket(customer: u32) -> Vec<u8> {
    let mut basket = BasketBuilder::default();
    let others = 25..26;
    let products = if customer < 40 { 0..25 } else { others };
    for product in products.filter(|product| (customer + product) % 7 != 3) {
        let label = (product < 5).then_some(product);
        let day = 40 + ((customer + product) % 9) as i32;
        basket.add(Some(product), day, label).expect("room");
    }
    basket.pack().expect("room")
}

#[test]
fn a_table_holds_the_terms_and_gives_their_sums() {
    let mut members = (0..5).map(|label| label << 32 | label).collect();
    let frame = CountFrame {
        members: &pack_pairs(&mut members).expect("room"),
        products: 26,
        labels: 5,
        as_of: 100,
        horizon: 60,
    };
    let mut counts = Counts::default();
    for customer in 0..100 {
        let packed = packed_basket(customer);
        let basket = Basket::open(&packed).expect("it was packed");
        counts.add(basket, frame).expect("few pairs");
    }
    let bytes = pack(&counts).expect("room").expect("there are customers");
    let weights = Weights::open(&mut Reader::new(&bytes)).expect("it was packed");
    let tally = &counts.tallies().expect("there are customers")[0];
    let buyers = tally.product_buyers();
    let term = |product: u32, label| {
        let product = product as usize;
        term(&counts, tally, (product, buyers[product]), label)
    };
    let read = |weight: &[u8; 4]| f32::from_le_bytes(*weight);
    let mut terms = 0;
    for product in 0..26 {
        let (first, row) = weights.row(product).expect("nearly all pairs have a term");
        assert_eq!(weights.of(product).count(), 0);
        for label in 0..5 {
            let [weight, without_self] = row.map(|row| read(&row[label]));
            let common = weights.common_buyers.get(first + label);
            let found = (weight, without_self, common);
            let expected = term(product, label).map_or((0.0, 0.0, Some(0)), |term| {
                terms += 1;
                let both = tally.both(product as usize, label);
                (term.weight, term.weight_without_self, Some(both))
            });
            assert_eq!(found, expected, "{product} {label}");
        }
    }
    assert_eq!(terms, 120);
    assert_eq!(weights.row(26).map(|(_, row)| row[0].len()), Some(0));

    let packed = packed_basket(3);
    let basket = Basket::open(&packed).expect("it was packed");
    let reading = Reading::new(60);
    let mut seen = 0.0;
    let features = features(&reading, basket, &weights, |_, label, _, shares| {
        seen += shares[2 - label];
    });
    let features = features.expect("sound").expect("an order");
    let breadth = reading.breadth(&basket.last_days(100).expect("room"), 100);
    let per_breadth = (breadth / weights.mean_breadth + 0.1).powf(-0.6);
    for (label, found) in features.labels.iter().enumerate() {
        let is_own = found.bought.is_some();
        assert_eq!(is_own, (3 + label) % 7 != 3);
        let shares = basket.products(100).map(|bought| {
            let weight = term(bought.number, label).map_or(0.0, |term| match is_own {
                true => term.weight_without_self,
                false => term.weight,
            });
            f64::from(weight) * (reading.taste.of(bought.last(), 100) * per_breadth)
        });
        assert_eq!(found.similarity, shares.sum::<f64>(), "{label}");
    }
    assert_eq!(seen, features.labels[2].similarity);
}

#[test]
fn a_table_is_what_takes_less_room() {
    assert!(is_table(3, 1, 4) && !is_table(2, 1, 4));
    assert!(!is_table(3, 1, 3), "of few labels there is none");
    assert!(is_table(75, 10, 10) && !is_table(74, 10, 10));
}

#[test]
fn counts_of_too_many_pairs_are_refused() {
    let packed = BasketBuilder::default().pack().expect("room");
    let basket = Basket::open(&packed).expect("it was packed");
    for (products, labels) in [
        (1 << 20, 33),
        (usize::MAX, 0),
        (0, usize::MAX),
        (usize::MAX, 2),
    ] {
        let frame = CountFrame {
            members: &[0; 4],
            products,
            labels,
            as_of: 0,
            horizon: 60,
        };
        assert!(Counts::default().add(basket, frame).is_err());
    }
}

#[test]
fn a_basket_beyond_the_frame_and_another_frame_are_refused() {
    let packed = |product, label| {
        let mut basket = BasketBuilder::default();
        basket.add(product, 0, label).expect("room");
        basket.pack().expect("room")
    };
    let members = pack_pairs(&mut vec![]).expect("room");
    let frame = CountFrame {
        members: &members,
        products: 3,
        labels: 2,
        as_of: 0,
        horizon: 60,
    };
    let mut counts = Counts::default();
    let mut add =
        |bytes: &[u8], frame| counts.add(Basket::open(bytes).expect("it was packed"), frame);
    assert!(add(&packed(Some(2), Some(1)), frame).is_ok());
    assert!(add(&packed(Some(3), None), frame).is_err());
    assert!(add(&packed(None, Some(2)), frame).is_err());
    let other = CountFrame {
        products: 4,
        ..frame
    };
    assert!(add(&packed(Some(0), None), other).is_err());
    let beyond = pack_pairs(&mut vec![0, 3 << 32]).expect("room");
    let other = CountFrame {
        members: &beyond,
        ..frame
    };
    let bytes = packed(Some(0), None);
    let basket = Basket::open(&bytes).expect("it was packed");
    assert!(Counts::default().add(basket, other).is_err());
}

#[test]
fn weights_that_no_counts_give_are_refused() {
    // Until, customers, products, the buyers of two labels and of products, the ends of their
    // terms, and the common buyers of one term.
    type Parts<'a> = (i32, u32, u32, [u32; 2], &'a [u32], &'a [u32], &'a [u32]);
    let written = |(until, customers, products, labels, buyers, ends, common): Parts| {
        let mut writer = Writer::default();
        writer.value(until).expect("room");
        writer.value(customers).expect("room");
        writer.value(1.0).expect("room");
        writer.value(1.0).expect("room");
        writer.value(products).expect("room");
        writer.slice(labels.into_iter()).expect("room");
        writer.slice(buyers.iter().copied()).expect("room");
        writer.value(0_u8).expect("room");
        writer.slice(ends.iter().copied()).expect("room");
        let term = Term {
            label: 0,
            weight: 1.0,
            weight_without_self: 1.0,
        };
        writer.slice([term].into_iter()).expect("room");
        writer.slice(common.iter().copied()).expect("room");
        writer.finish()
    };
    let is_sound = |parts| Weights::open(&mut Reader::new(&written(parts))).is_ok();
    let sound: Parts = (9, 5, 3, [5, 0], &[4, 5], &[0, 1], &[2]);
    assert!(is_sound(sound));
    let (until, customers, products, labels, buyers, ends, common) = sound;
    for bad in [
        (i32::MAX, customers, products, labels, buyers, ends, common),
        (until, 4, products, labels, buyers, ends, common),
        (until, customers, 1, labels, buyers, ends, common),
        (until, customers, products, [6, 0], buyers, ends, common),
        (until, customers, products, labels, &[4], ends, common),
        (until, customers, products, labels, buyers, &[1, 0], common),
        (until, customers, products, labels, buyers, &[0, 0], common),
        (until, customers, products, labels, buyers, ends, &[]),
    ] {
        assert!(!is_sound(bad), "{bad:?}");
    }
}

#[test]
fn a_table_of_another_size_is_refused() {
    let is_sound = |form: u8, labels: usize, sizes: [usize; 3]| {
        let mut writer = Writer::default();
        writer.value(9_i32).expect("room");
        writer.value(5_u32).expect("room");
        writer.value(1.0).expect("room");
        writer.value(1.0).expect("room");
        writer.value(2_u32).expect("room");
        writer.slice(vec![1_u32; labels].into_iter()).expect("room");
        writer.slice([1_u32, 2].into_iter()).expect("room");
        writer.value(form).expect("room");
        for size in sizes {
            writer.slice(vec![0_u32; size].into_iter()).expect("room");
        }
        Weights::open(&mut Reader::new(&writer.finish())).is_ok()
    };
    assert!(is_sound(1, 4, [8, 8, 8]));
    assert!(!is_sound(2, 4, [8, 8, 8]), "a form that there is not");
    assert!(!is_sound(1, 3, [6, 6, 6]), "too few labels for a table");
    for sizes in [[7, 8, 8], [8, 9, 8], [8, 8, 4]] {
        assert!(!is_sound(1, 4, sizes), "{sizes:?}");
    }
}
