//! A packed model as the STRUCTs that SQL knows.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::functions::shop_model::{Model, WholeModel};
use crate::models::prediction::shop_model::ShopModel;

/// `__audience_unpacked_model(model BLOB) → STRUCT`, as `audience.purchase_model` has it
pub struct UnpackedModel;

impl Scalar for UnpackedModel {
    const NAME: &'static str = "__audience_unpacked_model";
    type Args<'a> = (&'a [u8],);
    type Out = WholeModel;

    fn call((model,): Self::Args<'_>) -> Result<Option<WholeModel>> {
        Ok(Some((&ShopModel::unpacked(model)?).into()))
    }
}

/// `__audience_stage_model(model BLOB) → STRUCT`, the part that stages are judged by: MBG/NBD alone
pub struct StageModel;

impl Scalar for StageModel {
    const NAME: &'static str = "__audience_stage_model";
    type Args<'a> = (&'a [u8],);
    type Out = Model;

    fn call((model,): Self::Args<'_>) -> Result<Option<Model>> {
        Ok(Some((&ShopModel::unpacked(model)?.model).into()))
    }
}
