//! `normalize_phone(text, country)`: the telephone number in E.164 form, `+` and digits only.
//!
//! The number is checked against the numbering plan of its country. An extension is left out. A
//! SHA-256 hash (64 hexadecimal digits) is kept, in lower case.
//!
//! Arguments:
//! - text: VARCHAR, in any form people write; digits of any script
//! - country: VARCHAR, for numbers in national form: the two or three letters of ISO 3166-1, or the
//!   name in English or a language of the country; UK is read as GB, and EL as GR. NULL or unknown:
//!   only numbers that begin with + are understood
//!
//! Returns: the number; NULL when it is malformed, not in use in its country, or in national
//! form without a country
//!
//! Errors: none
//!
//! Example:
//! ```sql
//! SELECT text, country, normalize_phone(text, country) AS normalize_phone
//! FROM (VALUES ('0171 39200-12', 'DE'), ('+44 20 7183 8750', 'DE'), ('0171 39200-12', NULL)) phones(text, country);
//! ```
//!
//! Source: ITU-T E.164; numbering plans of Google's libphonenumber.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::exports::country::country_code;
use crate::models::exports::phone::normalize_phone;
use std::borrow::Cow;

/// See above.
pub struct NormalizePhone;

impl Scalar for NormalizePhone {
    const NAME: &'static str = "normalize_phone";
    type Args<'a> = (Option<Cow<'a, str>>, Option<Cow<'a, str>>);
    type Out = String;

    fn call((text, country): Self::Args<'_>) -> Result<Option<String>> {
        let country = country.as_deref().and_then(country_code);
        Ok(text.and_then(|text| normalize_phone(&text, country).ok()))
    }
}
