//! `normalize_zip(text, country)`: the postal code in capitals with single spaces, in the USA as
//! 12345 or 12345-6789.
//!
//! Arguments:
//! - text: VARCHAR; cast numbers yourself, and mind that they have lost their leading zeros
//! - country: VARCHAR, as in normalize_phone; NULL or unknown: no rule of a country applies
//!
//! Returns: the code; NULL when it is malformed: not five digits, or nine, in the USA; elsewhere
//! not 2 to 10 letters, digits, spaces and hyphens with at least one digit and no hyphen at the ends
//!
//! Errors: none
//!
//! Example:
//! ```sql
//! SELECT text, country, normalize_zip(text, country) AS normalize_zip
//! FROM (VALUES ('94303-5300', 'US'), ('wc2h  8lg', 'GB'), ('2108', 'US')) codes(text, country);
//! ```
//!
//! Source: Google, Data Manager API, user data formatting.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::exports::country::country_code;
use crate::models::exports::zip::normalize_zip;
use std::borrow::Cow;

/// See above.
pub struct NormalizeZip;

impl Scalar for NormalizeZip {
    const NAME: &'static str = "normalize_zip";
    type Args<'a> = (Option<Cow<'a, str>>, Option<Cow<'a, str>>);
    type Out = String;

    fn call((text, country): Self::Args<'_>) -> Result<Option<String>> {
        let country = country.as_deref().and_then(country_code);
        Ok(text.and_then(|text| normalize_zip(&text, country)))
    }
}
