//! The check of a model that the analyst passed, before anything is scored with it.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::functions::shop_model::WholeModel;
use crate::models::prediction::shop_model::ShopModel;

/// `__audience_given_model(model STRUCT, season BOOLEAN) → model STRUCT`, without its seasons where
/// they are not wanted
pub struct GivenModel;

impl Scalar for GivenModel {
    const NAME: &'static str = "__audience_given_model";
    type Args<'a> = (WholeModel, bool);
    type Out = WholeModel;

    fn call((model, season): Self::Args<'_>) -> Result<Option<WholeModel>> {
        let mut shop = ShopModel::try_from(model)?;
        if !season {
            shop.seasons = None;
        }
        Ok(Some((&shop).into()))
    }
}
