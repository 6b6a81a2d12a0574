//! The laws of the aggregates behind `recommend` and `product_affinity`.

use super::{Case, laws};
use audience::duckdb::{Aggregate, Date};
use audience::functions::recommend::common_buyers::CommonBuyers;
use audience::functions::recommend::discoveries::Discoveries;
use audience::functions::recommend::product_weights::ProductWeights;
use audience::functions::recommend::purchase_matrix::PurchaseMatrix;
use audience::models::intent::basket::{Basket, BasketBuilder};
use audience::models::recommend::matrix::{self, Matrix, MatrixBuilder};
use audience::models::recommend::neighbours::GramBuilder;
use proptest::prelude::*;

/// Packed baskets of four products, and one frame for all of them.
fn packed_basket() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec((0..4u32, 19_900..20_010i32), 0..6).prop_map(|lines| {
        let mut basket = BasketBuilder::default();
        for (product, day) in lines {
            basket.add(Some(product), day, None).expect("room");
        }
        basket.pack().expect("room")
    })
}

/// A matrix of five baskets of four products.
fn small_matrix() -> Vec<u8> {
    let mut matrix = MatrixBuilder::default();
    for customer in 0..5u32 {
        let mut basket = BasketBuilder::default();
        for product in 0..4 {
            let bought = (customer % (product + 1) < 2).then_some(product);
            basket.add(bought, 19_990, None).expect("room");
        }
        let frame = matrix::MatrixFrame {
            products: 4,
            width: 4,
            as_of: 20_000,
            horizon: 60,
            cap: 10,
        };
        let packed = basket.pack().expect("room");
        let basket = Basket::open(&packed).expect("packed");
        matrix.add(basket, frame).expect("within the frame");
    }
    matrix.pack().expect("room").expect("five baskets")
}

laws! {
    purchase_matrix: PurchaseMatrix,
        Vec<u8> = packed_basket(),
        |basket| (basket, 4, 3, Date(20_000), 60, 2);
    common_buyers: CommonBuyers,
        (i32, Vec<u8>) = (0..4i32).prop_map(|product| (product, small_matrix())),
        |(product, matrix)| (*product, Matrix::open(matrix).expect("packed").into());
    product_weights: ProductWeights,
        (i32, Vec<u8>) = {
            (0..4i32).prop_map(|product| {
                let (matrix, mut gram) = (small_matrix(), GramBuilder::default());
                let matrix = Matrix::open(&matrix).expect("packed");
                (0..4).for_each(|product| gram.add(&matrix, product).expect("sound"));
                (product, gram.pack().expect("every product"))
            })
        },
        |(product, gram)| (*product, gram);
    discoveries: Discoveries [10],
        (f64, f64) = (0.0..=1.0f64, 0.0..=1.0f64),
        |&(p, similarity)| (p, similarity, Some(3), 1000.0);
}
