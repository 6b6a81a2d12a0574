//! Which customer values decide who is a VIP.

use crate::duckdb::{Aggregate, Blob};
use crate::error::Result;
use crate::models::value::vips::ValueOutline;

/// `__audience_importance_outline(repeat BOOLEAN, customer_value DOUBLE) → BLOB`, for
/// `__audience_importance` over the same rows
pub struct ImportanceOutline;

impl Aggregate for ImportanceOutline {
    const NAME: &'static str = "__audience_importance_outline";
    type Args<'a> = (bool, f64);
    type State = ValueOutline;
    type Out = Blob;

    #[inline]
    fn update(state: &mut ValueOutline, (repeat, customer_value): Self::Args<'_>) -> Result<()> {
        state.add(repeat, customer_value)
    }

    fn combine(into: &mut ValueOutline, from: &ValueOutline) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut ValueOutline) -> Result<Option<Blob>> {
        Ok(state.finish()?.map(Blob))
    }
}
