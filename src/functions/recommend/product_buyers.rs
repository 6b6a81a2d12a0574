//! How many baskets have a product.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::recommend::matrix::Matrix;

sql_struct! {
    /// A product's part of all baskets.
    pub struct ProductBuyers {
        /// Baskets with the product.
        pub buyers: i64,
        /// All baskets.
        pub baskets: i64,
    }
}

/// `__audience_product_buyers(product INTEGER, matrix BLOB) → STRUCT`
pub struct Buyers;

impl Scalar for Buyers {
    const NAME: &'static str = "__audience_product_buyers";
    type Args<'a> = (i32, &'a [u8]);
    type Out = ProductBuyers;

    fn call((product, matrix): Self::Args<'_>) -> Result<Option<ProductBuyers>> {
        let matrix = Matrix::open(matrix)?;
        let buyers = usize::try_from(product)
            .ok()
            .and_then(|product| matrix.buyers.get(product));
        Ok(buyers.map(|buyers| ProductBuyers {
            buyers: buyers.into(),
            baskets: matrix.baskets.into(),
        }))
    }
}
