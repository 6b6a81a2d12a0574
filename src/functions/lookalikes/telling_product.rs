//! The one product that best tells who is in a seed.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::intent::weights::Weights;
use crate::models::lookalikes::quality::telling_product;
use crate::models::numerics::bytes::Reader;

sql_struct! {
    /// A product and how well it tells seeds from others.
    pub struct TellingProductRow {
        /// The product's number.
        pub product: i32,
        /// The AUC of having bought it.
        pub auc: f64,
    }
}

/// `__audience_telling_product(weights BLOB) → STRUCT`, NULL where no product has a weight for
/// label 0
pub struct TellingProduct;

impl Scalar for TellingProduct {
    const NAME: &'static str = "__audience_telling_product";
    type Args<'a> = (&'a [u8],);
    type Out = TellingProductRow;

    fn call((weights,): Self::Args<'_>) -> Result<Option<TellingProductRow>> {
        let weights = Weights::open(&mut Reader::new(weights))?;
        Ok(
            telling_product(&weights).map(|(product, auc)| TellingProductRow {
                product: product as i32,
                auc,
            }),
        )
    }
}
