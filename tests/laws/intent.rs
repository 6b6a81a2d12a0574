//! The laws of the aggregates of purchase intent, each fed with what the one before it gives.

use super::{Case, State, laws, update};
use audience::duckdb::{Aggregate, Blob, Date};
use audience::functions::intent::intent_calibration::IntentCalibration;
use audience::functions::intent::intent_scales::IntentScales;
use audience::functions::intent::intent_weights::IntentWeights;
use audience::functions::opened::Opened;
use audience::models::intent::basket::BasketBuilder;
use audience::models::intent::counts::pack_pairs;
use audience::models::intent::reading::Reading;
use audience::models::intent::scales::{BothDays, Scales, open_both};
use audience::models::intent::weights::Weights;
use audience::models::numerics::bytes::Reader;
use proptest::prelude::*;
use std::sync::LazyLock;

const PRODUCTS: i32 = 12;
const LABELS: i32 = 3;
const TODAY: Date = Date(20_000);
const HORIZON: i32 = 60;

/// Products 0, 1 and 2 have the labels, and product 2 two of them.
static MEMBERS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    pack_pairs(&mut vec![0, 1 << 32 | 1, 2 << 32 | 1, 2 << 32 | 2]).expect("room")
});

/// What a customer bought: numbers that decide the product, and days.
fn packed_basket(lines: &[(u32, i32)]) -> Vec<u8> {
    let mut builder = BasketBuilder::default();
    for &(product, day) in lines {
        let label = [Some(0), Some(1), Some(1 + day as u32 % 2)];
        let label = label.get(product as usize).copied().flatten();
        builder
            .add((product != 11).then_some(product), day, label)
            .expect("room");
        if let Some(label) = label {
            let amount = f64::from(day % 50) / 3.0;
            builder.add_amount(label, day, amount).expect("room");
        }
    }
    builder.pack().expect("room")
}

/// Baskets up to a horizon after today, which is not to be looked at.
fn basket_row() -> impl Strategy<Value = Vec<u8>> {
    let day = prop_oneof![TODAY.0 - 300..TODAY.0 + HORIZON, TODAY.0 - 5..=TODAY.0];
    let line = (prop_oneof![0..4_u32, 0..PRODUCTS as u32], day);
    prop::collection::vec(line, 0..12).prop_map(|lines| packed_basket(&lines))
}

/// Weights that say something about every label.
static WEIGHTS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut counts = State::<intent_weights::Table>::default();
    for customer in 0..60_u32 {
        let taste = customer % 3;
        let lines = [taste, taste + 3, taste + 6, customer % 11].map(|product| {
            let age = (product * 37 + customer * 7) % 200;
            (product, TODAY.0 - age as i32)
        });
        update::<intent_weights::Table>(&mut counts, &[packed_basket(&lines)]);
    }
    let Ok(Some(Blob(weights))) = IntentWeights::finish(&mut counts) else {
        panic!("there are customers")
    };
    let opened = Weights::open(&mut Reader::new(&weights)).expect("it was packed");
    let mut labels: Vec<u32> = (0..12)
        .flat_map(|p| opened.of(p))
        .map(|(_, term)| term.label)
        .collect();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels, [0, 1, 2]);
    weights
});

fn weights() -> Opened<BothDays<'static>> {
    open_both(&WEIGHTS).expect("it was packed").into()
}

laws! {
    intent_weights: IntentWeights,
        Vec<u8> = basket_row(),
        |basket| (basket, &MEMBERS, PRODUCTS, LABELS, TODAY, HORIZON);
    intent_scales: IntentScales,
        Vec<u8> = basket_row(),
        |basket| (basket, weights(), Reading::new(HORIZON).into());
    // Thousands of bins are merged and solved for in each step.
    intent_calibration: IntentCalibration [20],
        Vec<u8> = basket_row(),
        |basket| {
            let scales = Scales {
                similarity: [vec![2.0, 1.0, 0.5], vec![1.5, 0.0, 0.5]],
                median_spend: vec![8.0, 0.3, f64::NAN],
            };
            let reading = Reading::new(HORIZON);
            (basket, weights(), scales.into(), reading.into())
        };
}
