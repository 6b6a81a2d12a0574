//! What the recommendations of all customers share.

use crate::duckdb::{Blob, Date, List, Scalar};
use crate::error::Result;
use crate::models::numerics::checks::at_least;
use crate::models::recommend::matrix::Matrix;
use crate::models::recommend::offer::{Options, pack_catalogue};

/// `__audience_product_catalogue(matrix BLOB, allowed BOOLEAN[], categories INTEGER[], as_of DATE,
/// horizon_days INTEGER, top INTEGER, most_own INTEGER, most_per_category INTEGER) → BLOB`;
/// `allowed` says by product whether it may be offered, `categories` has its category's number.
pub struct ProductCatalogue;

impl Scalar for ProductCatalogue {
    const NAME: &'static str = "__audience_product_catalogue";
    type Args<'a> = (
        &'a [u8],
        List<'a, bool>,
        List<'a, i32>,
        Date,
        i32,
        i32,
        i32,
        i32,
    );
    type Out = Blob;

    fn call(
        (matrix, allowed, categories, as_of, horizon, top, own, per_category): Self::Args<'_>,
    ) -> Result<Option<Blob>> {
        let options = Options {
            as_of: as_of.0,
            horizon,
            top: at_least("top", top, 1)?.unsigned_abs(),
            most_own: at_least("most_own", own, 0)?.unsigned_abs(),
            most_per_category: at_least("most_per_category", per_category, 1)?.unsigned_abs(),
        };
        let matrix = Matrix::open(matrix)?;
        let packed = pack_catalogue(options, &matrix, allowed.iter(), categories.iter())?;
        Ok(Some(Blob(packed)))
    }
}
