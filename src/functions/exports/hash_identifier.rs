//! `hash_identifier(text)`: the SHA-256 of the text in lower-case hexadecimal, as advertising
//! platforms take it.
//!
//! A text that is such a hash already (64 hexadecimal digits) is not hashed again, only put into
//! lower case. Normalize first: the text is hashed as it is.
//!
//! Arguments:
//! - text: VARCHAR
//!
//! Returns: 64 hexadecimal digits; NULL for the empty text
//!
//! Errors: none
//!
//! Example:
//! ```sql
//! SELECT hash_identifier(normalize_email(' Anna@Example.com')) AS hash_identifier,
//!        hash_identifier(hash_identifier(normalize_email(' Anna@Example.com'))) = hash_identifier AS never_twice;
//! ```
//!
//! Source: FIPS 180-4.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::exports::hash::hash_identifier;
use std::borrow::Cow;

/// See above.
pub struct HashIdentifier;

impl Scalar for HashIdentifier {
    const NAME: &'static str = "hash_identifier";
    type Args<'a> = (Cow<'a, str>,);
    type Out = String;

    fn call((text,): Self::Args<'_>) -> Result<Option<String>> {
        Ok(hash_identifier(&text))
    }
}
