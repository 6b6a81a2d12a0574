//! Regression weights: what owning one product adds to the score of another.

use crate::duckdb::{Aggregate, Blob};
use crate::error::Result;
use crate::models::numerics::memory::append;
use crate::models::recommend::neighbours::{Gram, Weight, pack_weights};

/// The weights so far, and how many products there are.
#[derive(Debug, Default)]
pub struct Collected {
    weights: Vec<Weight>,
    width: u32,
}

/// `__audience_product_weights(product INTEGER, common_buyers BLOB) → BLOB` over all products
/// that the common buyers were counted for. A system of 50 equations is solved per row.
pub struct ProductWeights;

impl Aggregate for ProductWeights {
    const NAME: &'static str = "__audience_product_weights";
    type Args<'a> = (i32, &'a [u8]);
    type State = Collected;
    type Out = Blob;

    fn update(state: &mut Collected, (product, gram): Self::Args<'_>) -> Result<()> {
        let gram = Gram::open(gram)?;
        if let Ok(product) = u32::try_from(product)
            && product < gram.products()
        {
            append(&mut state.weights, &gram.weights(product)?)?;
            state.width = gram.products();
        }
        Ok(())
    }

    fn combine(into: &mut Collected, from: &Collected) -> Result<()> {
        append(&mut into.weights, &from.weights)?;
        into.width = into.width.max(from.width);
        Ok(())
    }

    fn finish(state: &mut Collected) -> Result<Option<Blob>> {
        let packed = pack_weights(&mut state.weights, state.width)?;
        Ok(Some(Blob(packed)))
    }
}
