//! The lifecycle stage alone, for `just_ordered_days` other than 30.

use crate::duckdb::{Date, Scalar};
use crate::error::Result;
use crate::functions::history::{History, Model};
use crate::models::lifecycle::lifecycle::stage;
use crate::models::lifecycle::rules::LifecycleStage;

/// `__audience_stage(history, model, as_of, just_ordered_days) → ENUM`
pub struct Stage;

impl Scalar for Stage {
    const NAME: &'static str = "__audience_stage";
    type Args<'a> = (History, Model, Date, i32);
    type Out = LifecycleStage;

    fn call(
        (history, model, as_of, just_ordered_days): Self::Args<'_>,
    ) -> Result<Option<LifecycleStage>> {
        stage(
            &history.try_into()?,
            &model.try_into()?,
            as_of.0,
            just_ordered_days,
        )
        .map(Some)
    }
}
