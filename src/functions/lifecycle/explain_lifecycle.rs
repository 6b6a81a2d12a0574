//! The reason of a lifecycle stage, from numbers that are known already.

use crate::duckdb::{Scalar, Unchecked};
use crate::error::Result;
use crate::functions::history::History;
use crate::models::lifecycle::lifecycle::Assessment;
use crate::models::lifecycle::reason::lifecycle_reason;
use crate::models::numerics::checks::at_least;

/// `__audience_explain_lifecycle(lifecycle, history, horizon_days) → VARCHAR`
pub struct ExplainLifecycle;

impl Scalar for ExplainLifecycle {
    const NAME: &'static str = "__audience_explain_lifecycle";
    type Args<'a> = (Unchecked<Assessment>, History, i32);
    type Out = String;

    fn call((lifecycle, history, horizon_days): Self::Args<'_>) -> Result<Option<String>> {
        let lifecycle = lifecycle.0;
        lifecycle.validate()?;
        let mut text = String::with_capacity(128);
        lifecycle_reason(
            &mut text,
            &lifecycle,
            &history.try_into()?,
            at_least("horizon_days", horizon_days, 1)?,
        );
        Ok(Some(text))
    }
}
