//! The weight of each product for each label: what a purchase of it says about buying the label.

use crate::duckdb::{Aggregate, Blob, Date};
use crate::error::Result;
use crate::functions::mergeable::Mergeable;
use crate::models::intent::basket::Basket;
use crate::models::intent::counts::{CountFrame, Counts};
use crate::models::intent::reading::checked_horizon;
use crate::models::intent::weighing;
use crate::models::numerics::checks::{at_least, finite_day};

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
        let frame = CountFrame {
            members,
            products: at_least("products", products, 0)? as usize,
            labels: at_least("labels", labels, 0)? as usize,
            as_of: finite_day("as_of", as_of.0)?,
            horizon: checked_horizon(horizon)?,
        };
        state.add(Basket::open(basket)?, frame)
    }

    fn combine(into: &mut Counts, from: &Counts) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Counts) -> Result<Option<Blob>> {
        Ok(weighing::pack(state)?.map(Blob))
    }
}

impl Mergeable for IntentWeights {
    const STATE: &'static str = "__audience_intent_weights_state";
    const MERGED: &'static str = "__audience_intent_weights_merged";
    const SUMMED: &'static str = "__audience_intent_weights_summed";
}
