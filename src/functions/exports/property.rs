//! A property of a contact as a mailing platform imports it.

use crate::duckdb::{Constant, Scalar};
use crate::error::Result;
use crate::models::exports::platform::Platform;
use crate::models::exports::property::{json_property, text_property};
use std::borrow::Cow;

/// `__audience_property(platform VARCHAR, value VARCHAR, is_json BOOLEAN, disarm_formulas BOOLEAN) →
/// VARCHAR`, NULL for an empty text
pub struct Property;

impl Scalar for Property {
    const NAME: &'static str = "__audience_property";
    type Args<'a> = (Constant<Platform>, Cow<'a, str>, bool, bool);
    type Out = String;

    fn call((platform, value, is_json, disarm): Self::Args<'_>) -> Result<Option<String>> {
        let platform = *platform.get()?;
        Ok(match is_json {
            true => json_property(platform, &value, disarm),
            false => text_property(&value, disarm),
        })
    }
}
