//! What the recommendations of all customers share.

use crate::duckdb::{Blob, Date, List, Scalar};
use crate::error::Result;
use crate::models::numerics::checks::at_least;
use crate::models::recommend::matrix::Matrix;
use crate::models::recommend::offer::{Options, pack_catalogue};

/// `__audience_product_catalogue(matrix BLOB, allowed BOOLEAN[], as_of DATE, horizon_days INTEGER,
/// top INTEGER, only_new BOOLEAN) → BLOB`; `allowed` says by product whether it may be offered.
pub struct ProductCatalogue;

impl Scalar for ProductCatalogue {
    const NAME: &'static str = "__audience_product_catalogue";
    type Args<'a> = (&'a [u8], List<'a, bool>, Date, i32, i32, bool);
    type Out = Blob;

    fn call(
        (matrix, allowed, as_of, horizon, top, only_new): Self::Args<'_>,
    ) -> Result<Option<Blob>> {
        let options = Options {
            as_of: as_of.0,
            horizon,
            top: at_least("top", top, 1)?.unsigned_abs(),
            only_new,
        };
        let packed = pack_catalogue(options, &Matrix::open(matrix)?, allowed.iter())?;
        Ok(Some(Blob(packed)))
    }
}
