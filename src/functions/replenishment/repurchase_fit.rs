//! The model of a shop's gaps between purchases of a product.

use crate::duckdb::{Aggregate, Date, Prepare, Unchecked, sql_row};
use crate::error::Result;
use crate::models::replenishment::gap_fit::GapFit;
use crate::models::replenishment::gap_model::GapModel;

sql_row!(Read, Write for GapModel {
    shape: f64,
    rate_shape: f64,
    rate_scale: f64,
    leaving: f64,
    staying: f64,
    quantity_power: f64,
});

impl Prepare for GapModel {
    type Raw<'a> = Unchecked<Self>;
    fn prepare(raw: Unchecked<Self>) -> Result<Self> {
        raw.0.checked()
    }
}

/// `__audience_repurchase_fit(last DATE, gaps BLOB, quantity_square DOUBLE, quantity_product DOUBLE,
/// as_of DATE) → STRUCT`
pub struct RepurchaseFit;

impl Aggregate for RepurchaseFit {
    const NAME: &'static str = "__audience_repurchase_fit";
    type Args<'a> = (Date, &'a [u8], f64, f64, Date);
    type State = GapFit;
    type Out = GapModel;

    fn update(
        state: &mut GapFit,
        (last, gaps, square, product, as_of): Self::Args<'_>,
    ) -> Result<()> {
        state.add(last.0, gaps, as_of.0, (square, product))
    }

    fn combine(into: &mut GapFit, from: &GapFit) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut GapFit) -> Result<Option<GapModel>> {
        state.finish()
    }
}
