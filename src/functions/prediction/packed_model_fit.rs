//! The fit of the purchase model for those who score with it.

use super::purchase_model_fit::{Fitting, PurchaseModelFit};
use crate::duckdb::{Aggregate, Blob};
use crate::error::Result;

/// `__audience_packed_model_fit(history STRUCT, gaps BLOB, as_of DATE, horizon_days, season BOOLEAN)
/// → BLOB`, the model alone, as the table functions score with it
pub struct PackedModelFit;

impl Aggregate for PackedModelFit {
    const NAME: &'static str = "__audience_packed_model_fit";
    type Args<'a> = <PurchaseModelFit as Aggregate>::Args<'a>;
    type State = Fitting;
    type Out = Blob;

    fn update(state: &mut Fitting, args: Self::Args<'_>) -> Result<()> {
        PurchaseModelFit::update(state, args)
    }

    fn combine(into: &mut Fitting, from: &Fitting) -> Result<()> {
        PurchaseModelFit::combine(into, from)
    }

    fn finish(state: &mut Fitting) -> Result<Option<Blob>> {
        state.finish()?.model.packed().map(Blob).map(Some)
    }
}
