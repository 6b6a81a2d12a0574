//! The weight of each product for each label: what a purchase of it says about buying the label.

use crate::duckdb::{Aggregate, Blob, Date};
use crate::error::Result;
use crate::models::intent::basket::Basket;
use crate::models::intent::counts::{CountFrame, Counts};
use crate::models::intent::weighing;

/// `__audience_intent_weights(basket BLOB, members BLOB, products INTEGER, labels INTEGER,
/// as_of DATE, horizon_days INTEGER) → BLOB`; all but the basket are the same in every row.
///
/// The result looks at every pair of a product and a label, and takes two logarithms where they
/// have common buyers: 26 ms for 20,000 products and 20 labels; the most pairs that are counted are
/// 84 times as many.
pub struct IntentWeights;

impl Aggregate for IntentWeights {
    const NAME: &'static str = "__audience_intent_weights";
    type Args<'a> = (&'a [u8], &'a [u8], i32, i32, Date, i32);
    type State = Counts;
    type Out = Blob;

    fn update(
        state: &mut Counts,
        (basket, members, products, labels, as_of, horizon): Self::Args<'_>,
    ) -> Result<()> {
        state.add(
            Basket::open(basket)?,
            CountFrame {
                members,
                products: usize::try_from(products).unwrap_or(0),
                labels: usize::try_from(labels).unwrap_or(0),
                as_of: as_of.0,
                horizon,
            },
        )
    }

    fn combine(into: &mut Counts, from: &Counts) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Counts) -> Result<Option<Blob>> {
        Ok(weighing::pack(state)?.map(Blob))
    }
}
