//! What is given as a condition over the rows of a relation.

use super::column::{NULL, Text, given};
use crate::duckdb::Scalar;
use crate::error::{Error, Result};

/// `__audience_condition(argument, type VARCHAR) → BOOLEAN`: true, or an error where it is
/// neither true nor false: DuckDB takes every number but 0 for true, and some texts. When it is read,
/// see `column.rs`.
pub struct Condition;

impl Scalar for Condition {
    const NAME: &'static str = "__audience_condition";
    type Args<'a> = (Text<'a>, Text<'a>);
    type Out = bool;

    fn call((argument, kind): Self::Args<'_>) -> Result<Option<bool>> {
        let [argument, kind] = [&argument, &kind].map(given);
        let advice = match kind {
            "BOOLEAN" | NULL => return Ok(Some(true)),
            "VARCHAR" => "write it without outer quotes, such as country = 'Norway'",
            _ => "compare it with something",
        };
        Err(Error::DuckDb(format!(
            "{argument} must be a condition, got {kind}; {advice}"
        )))
    }
}
