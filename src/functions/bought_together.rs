//! The products that are bought together with one product.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::recommend::matrix::Matrix;
use crate::models::recommend::together::Together;

sql_struct! {
    /// A product and how often it is bought together with another.
    pub struct Partner {
        /// The product's number.
        pub product: i32,
        /// Baskets with both.
        pub together: i32,
        /// Baskets with this one.
        pub buyers: i32,
        /// Baskets with the other.
        pub own_buyers: i32,
        /// All baskets.
        pub baskets: i32,
    }
}

/// `__audience_bought_together(product INTEGER, matrix BLOB, min_together INTEGER) → STRUCT[]`: the
/// partners with lower numbers, ascending
pub struct BoughtTogether;

impl Scalar for BoughtTogether {
    const NAME: &'static str = "__audience_bought_together";
    type Args<'a> = (i32, &'a [u8], i32);
    type Out = Vec<Partner>;

    fn call((product, matrix, min_together): Self::Args<'_>) -> Result<Option<Vec<Partner>>> {
        let matrix = Matrix::open(matrix)?;
        let Some(product) = u32::try_from(product)
            .ok()
            .filter(|&product| product < matrix.width)
        else {
            return Ok(None);
        };
        let buyers = |product: usize| matrix.buyers.get(product).unwrap_or_default() as i32;
        let mut together = Together::default();
        let counts = together.up_to(&matrix, product).iter().zip(0..);
        let partners = counts
            .filter(|&(&count, other)| count as i32 >= min_together && other != product as i32)
            .map(|(&count, other)| Partner {
                product: other,
                together: count as i32,
                buyers: buyers(other as usize),
                own_buyers: buyers(product as usize),
                baskets: matrix.baskets as i32,
            });
        Ok(Some(partners.collect()))
    }
}
