//! The check of a model that the analyst passed, before anything is scored with it.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::functions::history::Model;
use crate::models::prediction::model::PurchaseModel;

/// `__audience_given_model(model STRUCT) → model STRUCT`
pub struct GivenModel;

impl Scalar for GivenModel {
    const NAME: &'static str = "__audience_given_model";
    type Args<'a> = (Model,);
    type Out = Model;

    fn call((model,): Self::Args<'_>) -> Result<Option<Model>> {
        PurchaseModel::try_from(model).map(|model| Some((&model).into()))
    }
}
