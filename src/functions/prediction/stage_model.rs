//! The part of a packed model that stages are judged by.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::functions::shop_model::Model;
use crate::models::prediction::shop_model::ShopModel;

/// `__audience_stage_model(model BLOB) → STRUCT`: MBG/NBD alone
pub struct StageModel;

impl Scalar for StageModel {
    const NAME: &'static str = "__audience_stage_model";
    type Args<'a> = (&'a [u8],);
    type Out = Model;

    fn call((model,): Self::Args<'_>) -> Result<Option<Model>> {
        Ok(Some((&ShopModel::unpacked(model)?.model).into()))
    }
}
