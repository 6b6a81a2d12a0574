//! The one product that best tells who is in a seed.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::functions::opened::Opened;
use crate::models::intent::scales::BothDays;
use crate::models::lookalikes::quality::telling_product;

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
    type Args<'a> = (Opened<BothDays<'a>>,);
    type Out = TellingProductRow;

    fn call((weights,): Self::Args<'_>) -> Result<Option<TellingProductRow>> {
        let [weights, _] = weights.get()?;
        Ok(
            telling_product(weights)?.map(|(product, auc)| TellingProductRow {
                product: product as i32,
                auc,
            }),
        )
    }
}
