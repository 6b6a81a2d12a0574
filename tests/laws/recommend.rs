//! The laws of the aggregates behind `recommend` and `product_affinity`.

use super::{Case, laws};
use audience::duckdb::{Aggregate, Date};
use audience::functions::recommend::common_buyers::CommonBuyers;
use audience::functions::recommend::discoveries::DiscoveriesAggregate;
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
            basket.add(Some(product), day, None);
        }
        basket.pack()
    })
}

struct MatrixCase;

impl Case for MatrixCase {
    type Aggregate = PurchaseMatrix;
    type Row = Vec<u8>;

    fn row() -> impl Strategy<Value = Self::Row> {
        packed_basket()
    }
    fn args(basket: &Self::Row) -> <PurchaseMatrix as Aggregate>::Args<'_> {
        (basket, 4, 3, Date(20_000), 60, 2)
    }
}

#[test]
fn purchase_matrix() {
    laws::<MatrixCase>();
}

/// A matrix of five baskets of four products.
fn small_matrix() -> Vec<u8> {
    let mut matrix = MatrixBuilder::default();
    for customer in 0..5u32 {
        let mut basket = BasketBuilder::default();
        for product in 0..4 {
            basket.add(
                (customer % (product + 1) < 2).then_some(product),
                19_990,
                None,
            );
        }
        let frame = matrix::Frame {
            products: 4,
            width: 4,
            as_of: 20_000,
            horizon: 60,
            cap: 10,
        };
        matrix.add(Basket::open(&basket.pack()).expect("packed"), frame);
    }
    matrix.pack().expect("five baskets")
}

struct CommonBuyersCase;

impl Case for CommonBuyersCase {
    type Aggregate = CommonBuyers;
    type Row = (i32, Vec<u8>);

    fn row() -> impl Strategy<Value = Self::Row> {
        (0..4i32).prop_map(|product| (product, small_matrix()))
    }
    fn args((product, matrix): &Self::Row) -> <CommonBuyers as Aggregate>::Args<'_> {
        (*product, matrix)
    }
}

#[test]
fn common_buyers() {
    laws::<CommonBuyersCase>();
}

struct ProductWeightsCase;

impl Case for ProductWeightsCase {
    type Aggregate = ProductWeights;
    type Row = (i32, Vec<u8>);

    fn row() -> impl Strategy<Value = Self::Row> {
        (0..4i32).prop_map(|product| {
            let (matrix, mut gram) = (small_matrix(), GramBuilder::default());
            let matrix = Matrix::open(&matrix).expect("packed");
            (0..4).for_each(|product| gram.add(&matrix, product));
            (product, gram.pack())
        })
    }
    fn args((product, gram): &Self::Row) -> <ProductWeights as Aggregate>::Args<'_> {
        (*product, gram)
    }
}

#[test]
fn product_weights() {
    laws::<ProductWeightsCase>();
}

struct DiscoveriesCase;

impl Case for DiscoveriesCase {
    const CASES: u32 = 10;
    type Aggregate = DiscoveriesAggregate;
    type Row = (f64, f64);

    fn row() -> impl Strategy<Value = Self::Row> {
        (0.0..=1.0f64, 0.0..=1.0f64)
    }
    fn args(&(p, similarity): &Self::Row) -> <DiscoveriesAggregate as Aggregate>::Args<'_> {
        (p, similarity, Some(3), 1000.0)
    }
}

#[test]
fn discoveries() {
    laws::<DiscoveriesCase>();
}
