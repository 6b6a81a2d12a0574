//! How many baskets have a product.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::recommend::matrix::Matrix;

sql_struct! {
    /// A product's part of all baskets.
    pub struct ProductBuyersRow {
        /// Baskets with the product.
        pub buyers: i64,
        /// All baskets.
        pub baskets: i64,
    }
}

/// `__audience_product_buyers(product INTEGER, matrix BLOB) → STRUCT`
pub struct ProductBuyers;

impl Scalar for ProductBuyers {
    const NAME: &'static str = "__audience_product_buyers";
    type Args<'a> = (i32, &'a [u8]);
    type Out = ProductBuyersRow;

    fn call((product, matrix): Self::Args<'_>) -> Result<Option<ProductBuyersRow>> {
        let matrix = Matrix::open(matrix)?;
        let buyers = usize::try_from(product)
            .ok()
            .and_then(|product| matrix.buyers.get(product));
        Ok(buyers.map(|buyers| ProductBuyersRow {
            buyers: buyers.into(),
            baskets: matrix.baskets.into(),
        }))
    }
}
