//! A packed model as the STRUCT that analysts see.

use crate::duckdb::{Date, Scalar};
use crate::error::Result;
use crate::functions::shop_model::WholeModel;
use crate::models::prediction::shop_model::ShopModel;

/// `__audience_unpacked_model(model BLOB, as_of DATE) → STRUCT`, as `audience.purchase_model` has it
pub struct UnpackedModel;

impl Scalar for UnpackedModel {
    const NAME: &'static str = "__audience_unpacked_model";
    type Args<'a> = (&'a [u8], Option<Date>);
    type Out = WholeModel;

    fn call((model, as_of): Self::Args<'_>) -> Result<Option<WholeModel>> {
        Ok(Some(WholeModel::of(&ShopModel::unpacked(model)?, as_of)))
    }
}
