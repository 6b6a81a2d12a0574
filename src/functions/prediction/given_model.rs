//! The check of a model that the analyst passed, before anything is scored with it.

use crate::duckdb::{Blob, Scalar};
use crate::error::Result;
use crate::functions::shop_model::WholeModel;
use crate::models::prediction::shop_model::ShopModel;

/// `__audience_given_model(model STRUCT, season BOOLEAN) → BLOB`, the packed model, without its
/// seasons where they are not wanted
pub struct GivenModel;

impl Scalar for GivenModel {
    const NAME: &'static str = "__audience_given_model";
    type Args<'a> = (WholeModel, bool);
    type Out = Blob;

    fn call((model, season): Self::Args<'_>) -> Result<Option<Blob>> {
        let mut shop = ShopModel::try_from(model)?;
        if !season {
            shop.seasons = None;
        }
        shop.packed().map(Blob).map(Some)
    }
}
