//! The check of a model that the analyst passed, before anything is scored with it.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::functions::shop_model::WholeModel;
use crate::models::prediction::learned::ShopModel;

/// `__audience_given_model(model STRUCT) → model STRUCT`
pub struct GivenModel;

impl Scalar for GivenModel {
    const NAME: &'static str = "__audience_given_model";
    type Args<'a> = (WholeModel,);
    type Out = WholeModel;

    fn call((model,): Self::Args<'_>) -> Result<Option<WholeModel>> {
        ShopModel::try_from(model).map(|model| Some((&model).into()))
    }
}
