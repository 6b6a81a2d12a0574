//! What is given in the place of a column of numbers.

use super::column::{NULL, Text, given};
use crate::duckdb::Scalar;
use crate::error::{Error, Result};

/// The numbers that amounts are read from. A text is none: whoever casts it says how.
const NUMBERS: [&str; 13] = [
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
    "FLOAT",
    "DOUBLE",
    NULL,
];

/// `__audience_number_column(argument, type VARCHAR, row_type VARCHAR) → BOOLEAN`: true, or
/// an error where it is no number
pub struct NumberColumn;

impl Scalar for NumberColumn {
    const NAME: &'static str = "__audience_number_column";
    type Args<'a> = (Text<'a>, Text<'a>, Text<'a>);
    type Out = bool;

    fn call((argument, kind, row_type): Self::Args<'_>) -> Result<Option<bool>> {
        let [argument, kind, row_type] = [&argument, &kind, &row_type].map(given);
        if NUMBERS.contains(&kind) || kind.starts_with("DECIMAL") {
            return Ok(Some(true));
        }
        let advice = match kind {
            "VARCHAR" => format!("; cast it, such as replace({argument}, ',', '.')::DOUBLE"),
            // Where a condition was given in the place of the amount.
            "BOOLEAN" if argument == "amount" && row_type != NULL => {
                "; a condition is given as filter := condition".into()
            }
            _ => String::new(),
        };
        Err(Error::DuckDb(format!(
            "{argument} must be a number, got {kind}{advice}"
        )))
    }
}
