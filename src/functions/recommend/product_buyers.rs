//! How many baskets have a product.

use super::bought_together::product_of;
use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::functions::opened::Opened;
use crate::models::numerics::bytes::sound;
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
    type Args<'a> = (i32, Opened<Matrix<'a>>);
    type Out = ProductBuyersRow;

    fn call((product, matrix): Self::Args<'_>) -> Result<Option<ProductBuyersRow>> {
        let matrix = matrix.get()?;
        let product = product_of(matrix.products, product)?;
        let buyers = matrix.buyers.get(product as usize).unwrap_or_default();
        sound(buyers <= matrix.baskets)?;
        Ok(Some(ProductBuyersRow {
            buyers: buyers.into(),
            baskets: matrix.baskets.into(),
        }))
    }
}
