//! What is given in the place of a column of dates.

use super::column::{NULL, Text, given};
use crate::duckdb::Scalar;
use crate::error::{Error, Result};

/// What can be cast to a DATE.
const DATES: [&str; 4] = ["DATE", "VARCHAR", "JSON", NULL];

/// `__audience_date_column(argument, type VARCHAR) → BOOLEAN`: true, or an error where it is
/// no date
pub struct DateColumn;

impl Scalar for DateColumn {
    const NAME: &'static str = "__audience_date_column";
    type Args<'a> = (Text<'a>, Text<'a>);
    type Out = bool;

    fn call((argument, kind): Self::Args<'_>) -> Result<Option<bool>> {
        let [argument, kind] = [&argument, &kind].map(given);
        let is_moment = kind.starts_with("TIMESTAMP") || kind.starts_with("ENUM");
        if is_moment || DATES.contains(&kind) {
            return Ok(Some(true));
        }
        Err(Error::DuckDb(format!(
            "{argument} must be a DATE or a TIMESTAMP, got {kind}"
        )))
    }
}
