//! `normalize_name(text)`: the name in lower case and composed characters (NFC), with single
//! spaces.
//!
//! Accents, hyphens and apostrophes stay. A SHA-256 hash (64 hexadecimal digits) is kept, in lower
//! case.
//!
//! Arguments:
//! - text: VARCHAR
//!
//! Returns: the name; NULL when there is no letter in it, or more than 1,000 bytes
//!
//! Errors: none
//!
//! Example:
//! ```sql
//! SELECT text, normalize_name(text) AS normalize_name
//! FROM (VALUES ('  Zoë   Anne '), ('O''Brien'), ('?')) names(text);
//! ```
//!
//! Source: Google, Data Manager API, user data formatting.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::exports::name::normalize_name;
use std::borrow::Cow;

/// See above.
pub struct NormalizeName;

impl Scalar for NormalizeName {
    const NAME: &'static str = "normalize_name";
    type Args<'a> = (Cow<'a, str>,);
    type Out = String;

    fn call((text,): Self::Args<'_>) -> Result<Option<String>> {
        Ok(normalize_name(&text))
    }
}
