//! Regression weights: what owning one product adds to the score of another.

use super::bought_together::product_of;
use crate::duckdb::{Aggregate, Blob};
use crate::error::Result;
use crate::models::numerics::checks::changed;
use crate::models::numerics::memory::{append, copied, grow_map, with_room};
use crate::models::recommend::neighbours::{Gram, Weight, pack_weights};
use std::collections::HashMap;

/// The weights so far, and how many products there are.
#[derive(Debug, Default)]
pub struct Collected {
    /// By the product that they speak for.
    weights: HashMap<u32, Vec<Weight>>,
    width: Option<u32>,
}

impl Collected {
    fn ask_for(&mut self, width: u32) -> Result<()> {
        if *self.width.get_or_insert(width) == width {
            return Ok(());
        }
        Err(changed("common_buyers"))
    }
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
        state.ask_for(gram.products())?;
        let product = product_of(gram.products(), product)?;
        if !state.weights.contains_key(&product) {
            grow_map(&mut state.weights)?;
            state.weights.insert(product, gram.weights(product)?);
        }
        Ok(())
    }

    fn combine(into: &mut Collected, from: &Collected) -> Result<()> {
        for (&product, weights) in &from.weights {
            if !into.weights.contains_key(&product) {
                grow_map(&mut into.weights)?;
                into.weights.insert(product, copied(weights)?);
            }
        }
        from.width.map_or(Ok(()), |width| into.ask_for(width))
    }

    fn finish(state: &mut Collected) -> Result<Option<Blob>> {
        let mut all = with_room(state.weights.values().map(Vec::len).sum())?;
        for weights in state.weights.values() {
            append(&mut all, weights)?;
        }
        let packed = pack_weights(&mut all, state.width.unwrap_or(0))?;
        Ok(Some(Blob(packed)))
    }
}
