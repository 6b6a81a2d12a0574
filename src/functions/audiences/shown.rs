//! A value of the analyst's data, for an error message.

use crate::duckdb::Scalar;
use crate::error::{Result, shown};
use std::borrow::Cow;

/// `__audience_shown(value VARCHAR) → VARCHAR`: with e-mail addresses, telephone numbers and hashes
/// shortened.
pub struct Shown;

impl Scalar for Shown {
    const NAME: &'static str = "__audience_shown";
    type Args<'a> = (Cow<'a, str>,);
    type Out = String;

    fn call((value,): Self::Args<'_>) -> Result<Option<String>> {
        Ok(Some(shown(&value)))
    }
}
