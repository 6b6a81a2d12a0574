//! The lifecycle stage alone, with the options of the table functions.

use crate::duckdb::{Date, Scalar};
use crate::error::Result;
use crate::functions::history::{History, StageArguments};
use crate::functions::shop_model::Model;
use crate::models::lifecycle::lifecycle::stage;
use crate::models::lifecycle::rules::LifecycleStage;

/// `__audience_stage(history, model, as_of, options STRUCT) → ENUM`
pub struct Stage;

impl Scalar for Stage {
    const NAME: &'static str = "__audience_stage";
    type Args<'a> = (History, Model, Date, StageArguments);
    type Out = LifecycleStage;

    fn call((history, model, as_of, options): Self::Args<'_>) -> Result<Option<LifecycleStage>> {
        stage(&history.try_into()?, &model.try_into()?, as_of.0, options.0).map(Some)
    }
}
