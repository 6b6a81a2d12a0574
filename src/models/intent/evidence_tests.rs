//! When a probability is trusted, and which reasons are given.

use super::*;
use crate::models::intent::basket::BasketBuilder;
use crate::models::intent::counts::{CountFrame, Counts, pack_pairs};
use crate::models::intent::reading::Reading;
use crate::models::intent::scales::open_both;
use crate::models::intent::weighing;

fn packed(products: &[u32]) -> Vec<u8> {
    let mut basket = BasketBuilder::default();
    for &product in products {
        let label = (product == 0).then_some(0);
        basket.add(Some(product), 100, label).expect("room");
    }
    basket.pack().expect("room")
}

/// The score of a customer with these products in a shop where `buyers` bought the label,
/// product 0, all of them with products 1 to 5 but that only two bought product 5; and 200
/// bought product 6 alone.
fn score(buyers: u32, calibration: Calibration, products: &[u32]) -> LabelScore {
    let mut counts = Counts::default();
    let members = pack_pairs(&mut vec![0]).expect("room");
    let frame = CountFrame {
        members: &members,
        products: 7,
        labels: 1,
        as_of: 100,
        horizon: 60,
    };
    for customer in 0..buyers + 200 {
        let bought: &[u32] = match customer {
            _ if customer >= buyers => &[6],
            0 | 1 => &[0, 1, 2, 3, 4, 5],
            _ => &[0, 1, 2, 3, 4],
        };
        let bytes = packed(bought);
        let basket = Basket::open(&bytes).expect("it was packed");
        counts.add(basket, frame).expect("few pairs");
    }
    let weights = weighing::pack(&counts)
        .expect("room")
        .expect("there are customers");
    let reading = Reading::new(60);
    let judge = Scorer {
        days: Days {
            weights: open_both(&weights).expect("it was packed"),
            reading: &reading,
        },
        scales: &Scales {
            similarity: [vec![1.0], vec![1.0]],
            median_spend: Vec::new(),
        },
        calibrations: &[calibration],
    };
    let bytes = packed(products);
    let scores = judge.scores(Basket::open(&bytes).expect("it was packed"), 0..1);
    let scores = scores.expect("they belong together");
    scores.expect("there is an order").remove(0)
}

const KNOWN: Calibration = Calibration {
    intercepts: [-3.0, -1.0],
    positives: [5, 5],
    mean_probability: 0.1,
    mean_new_probability: 0.05,
    is_new: false,
    years_on_record: 2,
    purchases: [1.0, 1.0],
    typical_spend: f64::NAN,
};

#[test]
fn evidence_needs_twenty_buyers_five_purchases_and_a_past() {
    let few = |positives| Calibration { positives, ..KNOWN };
    let (new, owner) = (&[1, 6][..], &[0, 6][..]);
    assert_eq!(score(20, KNOWN, new).evidence, Evidence::Ok);
    assert_eq!(score(19, KNOWN, new).evidence, Evidence::Low);
    // It counts who bought of those like the customer: who had bought before, or had not.
    assert_eq!(score(20, few([4, 5]), new).evidence, Evidence::Low);
    assert_eq!(score(20, few([4, 5]), owner).evidence, Evidence::Ok);
    assert_eq!(score(20, few([5, 4]), new).evidence, Evidence::Ok);
    assert_eq!(score(20, few([5, 4]), owner).evidence, Evidence::Low);
    let launched = Calibration {
        is_new: true,
        ..KNOWN
    };
    assert_eq!(score(20, launched, new).evidence, Evidence::Low);
    assert_eq!(score(20, launched, owner).evidence, Evidence::Low);
}

#[test]
fn without_evidence_there_is_an_order_but_no_probability() {
    let calibration = Calibration {
        intercepts: [f64::NAN, -1.0],
        ..KNOWN
    };
    let new = score(20, calibration, &[1, 6]);
    assert_eq!(
        (new.evidence, new.probability, new.lift),
        (Evidence::None, None, None)
    );
    assert!(new.log_odds.is_finite());
    let owner = score(20, calibration, &[0, 1, 6]);
    let probability = owner.probability.expect("it is known");
    assert_eq!(probability, logistic(owner.log_odds));
    assert_eq!(owner.lift, Some(probability / 0.1));
    assert_eq!(owner.new_lift, None, "it is no buyer's");
    let new = score(20, KNOWN, &[1, 6]);
    assert_eq!(new.new_lift, new.probability.map(|chance| chance / 0.05));
    assert_eq!(owner.bought, Some((1, 100)));
    // Nobody bought the label: nothing is known, whatever the intercepts.
    assert_eq!(score(0, KNOWN, &[6]).evidence, Evidence::None);
}

#[test]
fn the_three_strongest_products_with_three_common_buyers_are_reasons() {
    let score = score(20, KNOWN, &[5, 4, 3, 2, 1, 6]);
    let products: Vec<_> = score
        .reasons
        .iter()
        .flatten()
        .map(|r| (r.product, r.buyers, r.both))
        .collect();
    assert_eq!(
        products,
        [(1, 20, 20), (2, 20, 20), (3, 20, 20)],
        "of equals the first"
    );
    let mut reasons = [None; REASONS];
    for (product, weight) in [(0, 1.0), (1, 3.0), (2, 2.0), (3, 3.0), (4, 0.5)] {
        let reason = Reason {
            product,
            buyers: 9,
            both: 4,
            weight,
        };
        keep(&mut reasons, reason);
    }
    let products: Vec<_> = reasons
        .iter()
        .flatten()
        .map(|reason| reason.product)
        .collect();
    assert_eq!(products, [1, 3, 2]);
}
