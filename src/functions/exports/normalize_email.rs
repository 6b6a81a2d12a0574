//! `normalize_email(text)`: the e-mail address in lower case and composed characters (NFC), without
//! blanks around it.
//!
//! Dots and tags (`+shop`) stay, because mail goes to this address; the exports remove them where a
//! platform does, see exports.md. A SHA-256 hash (64 hexadecimal digits) is kept, in lower case.
//!
//! Arguments:
//! - text: VARCHAR
//!
//! Returns: the address; NULL when it is malformed: without exactly one @, with blanks inside,
//! without a domain of two labels or more, longer than RFC 5321 allows, or with characters that
//! no unquoted address has
//!
//! Errors: none
//!
//! Example:
//! ```sql
//! SELECT text, normalize_email(text) AS normalize_email
//! FROM (VALUES (' Anna.Smith+shop@Example.COM '), ('anna smith@example.com')) addresses(text);
//! ```
//!
//! Source: RFC 5321, RFC 5322 (dot-atom), RFC 6531.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::exports::email::normalize_email;
use std::borrow::Cow;

/// See above.
pub struct NormalizeEmail;

impl Scalar for NormalizeEmail {
    const NAME: &'static str = "normalize_email";
    type Args<'a> = (Cow<'a, str>,);
    type Out = String;

    fn call((text,): Self::Args<'_>) -> Result<Option<String>> {
        Ok(normalize_email(&text))
    }
}
