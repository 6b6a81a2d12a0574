//! The laws of the aggregates behind `replenishment`.

use super::{Case, day, laws};
use audience::duckdb::{Aggregate, Constant, Date};
use audience::functions::replenishment::product_pace::ProductPace;
use audience::functions::replenishment::product_purchases::ProductPurchases;
use audience::functions::replenishment::repurchase_fit::RepurchaseFit;
use audience::models::purchases::packed_gaps::packed_gaps;
use audience::models::replenishment::gap_model::GapModel;
use proptest::prelude::*;

const MODEL: GapModel = GapModel {
    shape: 1.3,
    rate_shape: 0.9,
    rate_scale: 120.0,
    leaving: 0.5,
    staying: 0.4,
    quantity_power: 0.5,
};

/// The last day, up to 20,000, and the gaps before it.
fn purchases() -> impl Strategy<Value = (i32, Vec<u8>)> {
    prop::collection::btree_set(prop_oneof![18_000..20_000, 19_950..=20_000], 1..6).prop_map(
        |days| {
            let days = Vec::from_iter(days);
            let gaps = packed_gaps(&days).expect("ascending");
            (days[days.len() - 1], gaps)
        },
    )
}

laws! {
    product_purchases: ProductPurchases,
        (i32, Option<f64>) = {
            let quantity = prop_oneof![
                6 => (-2..20i32).prop_map(f64::from),
                2 => 0.0..3.0,
                1 => Just(1e300),
                1 => Just(1e-300),
                1 => Just(f64::NAN),
                1 => Just(f64::INFINITY),
                1 => Just(f64::NEG_INFINITY),
            ];
            (day(), prop::option::of(quantity))
        },
        |&(day, quantity)| (Date(day), quantity);
    // A case fits the model about twenty times.
    repurchase_fit: RepurchaseFit [40],
        ((i32, Vec<u8>), f64) = (purchases(), 0.0..2.0),
        |((last, gaps), square)| (Date(*last), gaps, *square, square / 3.0, Date(20_000));
    product_pace: ProductPace,
        (i32, Vec<u8>) = purchases(),
        |(last, gaps)| {
            thread_local!(static SHOP: Constant<GapModel> = Constant::from(MODEL));
            (SHOP.with(Constant::clone), Date(*last), gaps, Date(20_000))
        };
}
