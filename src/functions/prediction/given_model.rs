//! The check of a model that the analyst passed, before anything is scored with it.

use crate::duckdb::Scalar;
use crate::error::{Error, Result};
use crate::functions::history::Model;
use crate::models::prediction::model::PurchaseModel;

/// `__audience_given_model(model STRUCT, caller VARCHAR) → model STRUCT`; an error names
/// the caller
pub struct GivenModel;

impl Scalar for GivenModel {
    const NAME: &'static str = "__audience_given_model";
    type Args<'a> = (Model, String);
    type Out = Model;

    fn call((model, caller): Self::Args<'_>) -> Result<Option<Model>> {
        match PurchaseModel::try_from(model) {
            Ok(model) => Ok(Some((&model).into())),
            Err(error) => Err(Error::DuckDb(format!("{caller}: {error}"))),
        }
    }
}
