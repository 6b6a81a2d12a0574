//! What is given in the place of a column. All arguments are known when the query is planned, so
//! DuckDB folds a check away; an error comes with the first row.

use crate::duckdb::Scalar;
use crate::error::{Error, Result};
use std::borrow::Cow;

/// None is NULL, so that a check is never NULL itself, which would pass for a value.
pub(super) type Text<'a> = Option<Cow<'a, str>>;

/// The type of a plain NULL.
pub(super) const NULL: &str = "\"NULL\"";

/// `__audience_column(argument, written VARCHAR, row_type VARCHAR) → BOOLEAN`: true, or an error where
/// the name of a column is given in quotes, which would be the same text in every row. `written` is
/// the argument's alias, which of a constant is how it was written, and a row's type has the names of
/// its columns.
pub struct Column;

impl Scalar for Column {
    const NAME: &'static str = "__audience_column";
    type Args<'a> = (Text<'a>, Text<'a>, Text<'a>);
    type Out = bool;

    fn call((argument, written, row_type): Self::Args<'_>) -> Result<Option<bool>> {
        let [argument, written, row_type] = [&argument, &written, &row_type].map(given);
        not_quoted(argument, written, row_type).map(Some)
    }
}

pub(super) fn given<'a>(text: &'a Text) -> &'a str {
    text.as_deref().unwrap_or_default()
}

pub(super) fn not_quoted(argument: &str, written: &str, row_type: &str) -> Result<bool> {
    let text = written.strip_prefix('\'').map(|rest| {
        let text = rest.strip_suffix('\'').unwrap_or(rest);
        text.replace("''", "'")
    });
    let is_name = |text: &String| {
        let names = [format!("{text} "), format!("\"{text}\" ")];
        row_type.match_indices(['(', ' ']).any(|(place, _)| {
            let rest = &row_type[place + 1..];
            names.iter().any(|name| rest.starts_with(name))
        })
    };
    match text.filter(is_name) {
        Some(name) => Err(Error::DuckDb(format!(
            "{argument} is the text '{name}'; write {name} without quotes"
        ))),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_refused_where_a_column_has_the_name() {
        let row = "STRUCT(id INTEGER, \"Order Date\" DATE, \"it's\" DATE)";
        for (written, name) in [
            ("'id'", "id"),
            ("'Order Date'", "Order Date"),
            ("'it''s'", "it's"),
        ] {
            let problem = not_quoted("day", written, row)
                .expect_err(written)
                .to_string();
            assert!(problem.contains(&format!("'{name}'")), "{problem}");
        }
        for written in ["id", "'i'", "'d'", "''", "'", "'Order'"] {
            assert_eq!(not_quoted("day", written, row), Ok(true), "{written}");
        }
        assert_eq!(not_quoted("day", "'id'", NULL), Ok(true));
    }
}
