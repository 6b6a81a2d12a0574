//! A packed model as the STRUCT that analysts see.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::functions::shop_model::WholeModel;
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
