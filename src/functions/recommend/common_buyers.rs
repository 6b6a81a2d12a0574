//! The common buyers of every pair of products.

use super::bought_together::product_of;
use crate::duckdb::{Aggregate, Blob};
use crate::error::Result;
use crate::functions::opened::Opened;
use crate::models::recommend::matrix::Matrix;
use crate::models::recommend::neighbours::GramBuilder;

/// `__audience_common_buyers(product INTEGER, matrix BLOB) → BLOB` over all products of the matrix,
/// which is the same in every row. The counting is done row by row, not in finalize.
pub struct CommonBuyers;

impl Aggregate for CommonBuyers {
    const NAME: &'static str = "__audience_common_buyers";
    type Args<'a> = (i32, Opened<Matrix<'a>>);
    type State = GramBuilder;
    type Out = Blob;

    fn update(state: &mut GramBuilder, (product, matrix): Self::Args<'_>) -> Result<()> {
        let matrix = matrix.get()?;
        state.add(matrix, product_of(matrix.width, product)?)
    }

    fn combine(into: &mut GramBuilder, from: &GramBuilder) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut GramBuilder) -> Result<Option<Blob>> {
        state.pack().map(|packed| Some(Blob(packed)))
    }
}
