//! The products that are bought together with one product.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::recommend::fisher::Fisher;
use crate::models::recommend::matrix::Matrix;
use crate::models::recommend::together::{Together, similarity};
use std::cell::RefCell;

sql_struct! {
    /// A product and how often it is bought together with another.
    pub struct Partner {
        /// The product's number.
        pub product: i32,
        /// Baskets with both.
        pub together: i32,
        /// Shrunk cosine.
        pub similarity: f64,
        /// Fisher's exact test.
        pub p_value: f64,
    }
}

thread_local! {
    /// Counts and logarithms, which the next product needs as well.
    static SCRATCH: RefCell<(Together, Fisher)> = RefCell::default();
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
        let known = |product: &u32| *product < matrix.width;
        let Some(product) = u32::try_from(product).ok().filter(known) else {
            return Ok(None);
        };
        let buyers = |product: u32| matrix.buyers.get(product as usize).unwrap_or_default();
        let own = buyers(product);
        let partners = SCRATCH.with_borrow_mut(|(together, fisher)| {
            let counts = together.up_to(&matrix, product).iter().zip(0..product);
            counts
                .filter(|&(&both, _)| i64::from(both) >= i64::from(min_together))
                .map(|(&both, other)| Partner {
                    product: other as i32,
                    together: both as i32,
                    similarity: similarity(both, buyers(other), own),
                    p_value: fisher.p_value(both, buyers(other), own, matrix.baskets),
                })
                .collect()
        });
        Ok(Some(partners))
    }
}
