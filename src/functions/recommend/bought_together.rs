//! The products that are bought together with one product.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::functions::opened::{Open, Opened};
use crate::models::numerics::bytes::sound;
use crate::models::numerics::checks::{at_least, within};
use crate::models::numerics::memory::{push, try_collected};
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

impl<'a> Open<'a> for Matrix<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self> {
        Self::open(bytes)
    }
}

/// A product of the first `products`.
pub(super) fn product_of(products: u32, product: i32) -> Result<u32> {
    within("product", i64::from(product), 0..=i64::from(products) - 1)?;
    Ok(product.unsigned_abs())
}

/// `__audience_bought_together(product INTEGER, matrix BLOB, min_together INTEGER) → STRUCT[]`: the
/// partners with lower numbers, ascending
///
/// A call counts all pairs of 2,048 products and cannot be interrupted meanwhile. The tests of
/// significance take longer; `__audience_affinity` does them pair by pair.
pub struct BoughtTogether;

impl Scalar for BoughtTogether {
    const NAME: &'static str = "__audience_bought_together";
    type Args<'a> = (i32, Opened<Matrix<'a>>, i32);
    type Out = Vec<Partner>;

    fn call((product, matrix, min_together): Self::Args<'_>) -> Result<Option<Vec<Partner>>> {
        let matrix = matrix.get()?;
        let least = at_least("min_together", min_together, 1)?.unsigned_abs();
        let product = product_of(matrix.width, product)?;
        let mut partners: Vec<(u32, u32)> = Vec::new();
        TOGETHER.with_borrow_mut(|together| {
            together.up_to(matrix, product, |other, both| {
                if other == product || both < least {
                    return Ok(());
                }
                push(&mut partners, (other, both))
            })
        })?;
        let buyers = |product: u32, both: u32| {
            let buyers = matrix.buyers.get(product as usize).unwrap_or_default();
            sound((both..=matrix.baskets).contains(&buyers))?;
            Ok(buyers as i32)
        };
        let partners = partners.into_iter().map(|(other, both)| {
            Ok(Partner {
                product: other as i32,
                together: both as i32,
                buyers: buyers(other, both)?,
                other_buyers: buyers(product, both)?,
                baskets: matrix.baskets as i32,
            })
        });
        try_collected(partners).map(Some)
    }
}
