//! A sum that does not depend on the order of the rows, hence on the threads.

use crate::duckdb::Aggregate;
use crate::error::Result;
use crate::models::numerics::sum::Sum;

/// `__audience_exact_sum(value DOUBLE) → DOUBLE`
pub struct ExactSum;

impl Aggregate for ExactSum {
    const NAME: &'static str = "__audience_exact_sum";
    type Args<'a> = (f64,);
    type State = Sum;
    type Out = f64;

    fn update(state: &mut Sum, (value,): Self::Args<'_>) -> Result<()> {
        if value.is_finite() {
            state.add(value);
        }
        Ok(())
    }

    fn combine(into: &mut Sum, from: &Sum) -> Result<()> {
        into.merge(from);
        Ok(())
    }

    fn finish(state: &mut Sum) -> Result<Option<f64>> {
        state.known()
    }
}
