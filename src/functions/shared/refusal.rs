//! Why an option may not have a value. As one function it costs little to plan, where the parts of
//! the text would be bound with every option of every call.

use crate::duckdb::Scalar;
use crate::error::Result;
use std::borrow::Cow;

type Text<'a> = Option<Cow<'a, str>>;

/// `__audience_refusal(argument, value VARCHAR, allowed VARCHAR) → VARCHAR`
pub struct Refusal;

impl Scalar for Refusal {
    const NAME: &'static str = "__audience_refusal";
    type Args<'a> = (Text<'a>, Text<'a>, Text<'a>);
    type Out = String;

    fn call((argument, value, allowed): Self::Args<'_>) -> Result<Option<String>> {
        Ok(Some(refusal(
            argument,
            value,
            allowed.as_deref().unwrap_or_default(),
        )))
    }
}

pub(super) fn refusal(argument: Text, value: Text, allowed: &str) -> String {
    let argument = argument.as_deref().unwrap_or_default();
    let value = value.as_deref().unwrap_or("NULL");
    format!("{argument} must be {allowed}, got {value}")
}
