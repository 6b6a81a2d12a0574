//! How much slower than the shop's the customers of one product buy it again.

use crate::duckdb::{Aggregate, Constant, Date, sql_row};
use crate::error::Result;
use crate::models::numerics::checks::finite_day;
use crate::models::replenishment::gap_model::{GapModel, Rhythm};
use crate::models::replenishment::pace::{self, PaceSums};

sql_row!(Write for PaceSums { score: f64, information: f64, squares: f64 });

/// `__audience_product_pace(model STRUCT, last DATE, gaps BLOB, as_of DATE) → STRUCT(score,
/// information, squares)`
pub struct ProductPace;

impl Aggregate for ProductPace {
    const NAME: &'static str = "__audience_product_pace";
    type Args<'a> = (Constant<GapModel>, Date, &'a [u8], Date);
    type State = pace::ProductPace;
    type Out = PaceSums;

    fn update(state: &mut Self::State, (model, last, gaps, as_of): Self::Args<'_>) -> Result<()> {
        let model = model.get()?;
        let silence = i64::from(finite_day("as_of", as_of.0)?) - i64::from(last.0);
        state.add(model, &Rhythm::new(model, gaps, silence, None)?);
        Ok(())
    }

    fn combine(into: &mut Self::State, from: &Self::State) -> Result<()> {
        into.merge(from);
        Ok(())
    }

    fn finish(state: &mut Self::State) -> Result<Option<PaceSums>> {
        Ok(state.finish())
    }
}
