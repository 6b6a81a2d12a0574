//! Cities and states as Meta wants them.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::identifiers::name::letters_only;
use std::borrow::Cow;

/// `__audience_letters_only(text) → VARCHAR`
pub struct LettersOnly;

impl Scalar for LettersOnly {
    const NAME: &'static str = "__audience_letters_only";
    const REPORTED_AS: &'static str = "meta_custom_audience";
    type Args<'a> = (Cow<'a, str>,);
    type Out = String;

    fn call((text,): Self::Args<'_>) -> Result<Option<String>> {
        Ok(letters_only(&text))
    }
}
