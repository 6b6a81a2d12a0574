//! The purchase matrix: which basket has which product.

use crate::duckdb::{Aggregate, Blob, Date};
use crate::error::{Error, Result};
use crate::models::intent::basket::Basket;
use crate::models::intent::reading::checked_horizon;
use crate::models::numerics::checks::{at_least, finite_day, within};
use crate::models::recommend::matrix::{MOST_PRODUCTS, MatrixBuilder, MatrixFrame};

/// `__audience_purchase_matrix(basket BLOB, products INTEGER, width INTEGER, as_of DATE,
/// horizon_days INTEGER, cap INTEGER) → BLOB`; all but the basket are the same in every row.
///
/// The result sorts the baskets and transposes them: 0.43 s for 9 million lines of 200,000
/// customers.
pub struct PurchaseMatrix;

impl Aggregate for PurchaseMatrix {
    const NAME: &'static str = "__audience_purchase_matrix";
    type Args<'a> = (&'a [u8], i32, i32, Date, i32, i32);
    type State = MatrixBuilder;
    type Out = Blob;

    fn update(
        state: &mut MatrixBuilder,
        (basket, products, width, as_of, horizon, cap): Self::Args<'_>,
    ) -> Result<()> {
        let count = at_least("products", products, 0)?.unsigned_abs();
        if count > MOST_PRODUCTS {
            let problem = format!("has {products} values, at most {MOST_PRODUCTS} are counted");
            return Err(Error::argument("product", problem));
        }
        let frame = MatrixFrame {
            products: count,
            width: within("width", width, 0..=products)?.unsigned_abs(),
            as_of: finite_day("as_of", as_of.0)?,
            horizon: checked_horizon(horizon)?,
            cap: at_least("cap", cap, 1)? as usize,
        };
        state.add(Basket::open(basket)?, frame)
    }

    fn combine(into: &mut MatrixBuilder, from: &MatrixBuilder) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut MatrixBuilder) -> Result<Option<Blob>> {
        let packed = state.pack()?;
        // A BLOB has no room for more, and DuckDB would cut off its length.
        if packed
            .as_ref()
            .is_some_and(|bytes| u32::try_from(bytes.len()).is_err())
        {
            let problem = "have more than 500 million pairs of a customer or order and a product: use a filter or coarser products";
            return Err(Error::argument("lines", problem));
        }
        Ok(packed.map(Blob))
    }
}
