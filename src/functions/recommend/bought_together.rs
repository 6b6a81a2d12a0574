//! The products that are bought together with one product.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::numerics::memory::push;
use crate::models::recommend::matrix::Matrix;
use crate::models::recommend::together::Together;
use std::cell::RefCell;

sql_struct! {
    /// A product and how often it is bought together with another.
    pub struct Partner {
        /// The product's number.
        pub product: i32,
        /// Baskets with both.
        pub together: i32,
        /// Baskets with this product.
        pub buyers: i32,
        /// Baskets with the other.
        pub other_buyers: i32,
        /// All baskets.
        pub baskets: i32,
    }
}

thread_local! {
    /// Counts, whose memory the next product needs as well.
    static TOGETHER: RefCell<Together> = RefCell::default();
}

/// `__audience_bought_together(product INTEGER, matrix BLOB, min_together INTEGER) → STRUCT[]`: the
/// partners with lower numbers, ascending
///
/// A call counts all pairs of 2,048 products and cannot be interrupted meanwhile. The tests of
/// significance take longer; `__audience_affinity` does them pair by pair.
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
        let buyers = |product: u32| matrix.buyers.get(product as usize).unwrap_or_default() as i32;
        let mut partners = Vec::new();
        TOGETHER.with_borrow_mut(|together| {
            together.up_to(&matrix, product, |other, both| {
                if other == product || i64::from(both) < i64::from(min_together) {
                    return Ok(());
                }
                let partner = Partner {
                    product: other as i32,
                    together: both as i32,
                    buyers: buyers(other),
                    other_buyers: buyers(product),
                    baskets: matrix.baskets as i32,
                };
                push(&mut partners, partner)
            })
        })?;
        Ok(Some(partners))
    }
}
