//! What is given in the place of a column. A check of constants stands in the WHEN of a CASE, which
//! DuckDB evaluates when it plans, and passes its error on. So an error comes before the first row,
//! also where there is none or nobody reads the column.

use crate::duckdb::{Args, ChunkScalar, Same, Write};
use crate::error::{Error, Result};
use std::borrow::Cow;

/// None is NULL, so that a check is never NULL itself, which would pass for a value.
pub(super) type Text<'a> = Option<Cow<'a, str>>;

/// The type of a plain NULL.
pub(super) const NULL: &str = "\"NULL\"";

/// What a text in quotes cannot stand for: it would make one of all rows, and most results would not
/// show it. A label for all lines, or a country for all contacts, can be meant.
const KEYS: [&str; 15] = [
    "customer_id",
    "contact_id",
    "event_contact_id",
    "line_customer_id",
    "order_id",
    "product",
    "peer_group",
    "category",
    "split_by",
    "segment_by",
    "name",
    "email",
    "phone",
    "uid",
    "ext_id",
];

/// A day for all rows can be meant, and is written as one.
const DATES: [&str; 4] = ["order_date", "line_date", "event_at", "subscribed_at"];

/// `__audience_column(argument, written VARCHAR, row_type VARCHAR) → BOOLEAN`: true, or an error where a
/// text in quotes is given that cannot be meant. `written` is the argument's alias, which
/// of a constant is how it was written, and a row's type has the names of its columns. DuckDB asks
/// for every row again, several times, so what is the same in all rows of a chunk is looked at once.
pub struct Column;

impl ChunkScalar for Column {
    const NAME: &'static str = "__audience_column";
    type Args<'a> = (Text<'a>, Text<'a>, Text<'a>);
    type Out = bool;

    fn run<'a>(
        columns: &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <bool as Write>::Staged,
    ) -> Result<()> {
        let (arguments, written, row_types) = columns;
        let all_same = [arguments, written, row_types]
            .iter()
            .all(|column| Text::are_same(column, rows));
        let looked_at = if all_same { rows.min(1) } else { rows };
        for row in 0..looked_at {
            if let Some((argument, written, row_type)) = Self::Args::read(columns, row) {
                let [argument, written, row_type] = [&argument, &written, &row_type].map(given);
                not_quoted(argument, written, row_type)?;
            }
        }
        (0..rows).try_for_each(|_| true.write(results))
    }
}

pub(super) fn given<'a>(text: &'a Text) -> &'a str {
    text.as_deref().unwrap_or_default()
}

/// The text of a constant, as it was written: `'a'`, or `CAST('a' AS VARCHAR)`.
fn quoted(written: &str) -> Option<String> {
    let written = match written.strip_prefix("CAST(") {
        Some(cast) => cast.strip_suffix(" AS VARCHAR)")?,
        None => written,
    };
    let text = written.strip_prefix('\'')?;
    Some(text.strip_suffix('\'').unwrap_or(text).replace("''", "'"))
}

/// The name of the column that a text means, whatever its case: DuckDB does not tell them apart.
fn column_named<'a>(text: &str, row_type: &'a str) -> Option<&'a str> {
    let names = [text.to_owned(), format!("\"{text}\"")];
    let starts = row_type.match_indices(['(', ' ']);
    starts
        .map(|(place, _)| &row_type[place + 1..])
        .find_map(|rest| {
            let found = names.iter().find_map(|name| {
                let (start, next) = (rest.get(..name.len())?, rest.get(name.len()..)?);
                (next.starts_with(' ') && start.to_lowercase() == name.to_lowercase())
                    .then_some(start)
            })?;
            Some(found)
        })
}

fn begins_with_a_year(text: &str) -> bool {
    text.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

fn not_quoted(argument: &str, written: &str, row_type: &str) -> Result<bool> {
    let Some(text) = quoted(written) else {
        return Ok(true);
    };
    let advice = match column_named(&text, row_type) {
        Some(name) if name.starts_with('"') => format!("; write {name} in double quotes"),
        Some(name) => format!("; write {name} without quotes"),
        None if KEYS.contains(&argument)
            || DATES.contains(&argument) && !begins_with_a_year(&text) =>
        {
            " in every row; write the name of a column, without quotes".into()
        }
        None => return Ok(true),
    };
    Err(Error::DuckDb(format!(
        "{argument} is the text '{text}'{advice}"
    )))
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
        for written in [
            "id",
            "'i'",
            "'d'",
            "''",
            "'",
            "'Order'",
            "CAST('i' AS DATE)",
        ] {
            assert_eq!(not_quoted("day", written, row), Ok(true), "{written}");
        }
        assert_eq!(not_quoted("day", "'id'", NULL), Ok(true));
    }

    #[test]
    fn case_and_casts_hide_no_name() {
        let row = "STRUCT(\"Kunde Nr\" INTEGER, Day DATE)";
        for (written, name) in [
            ("'DAY'", "Day"),
            ("'kunde nr'", "\"Kunde Nr\""),
            ("CAST('day' AS VARCHAR)", "Day"),
        ] {
            let problem = not_quoted("label", written, row)
                .expect_err(written)
                .to_string();
            assert!(problem.contains(&format!("write {name} ")), "{problem}");
        }
    }

    #[test]
    fn no_text_is_a_key() {
        for (written, text) in [("'buyer'", "buyer"), ("'a.id'", "a.id"), ("'é'", "é")] {
            for argument in KEYS {
                let problem = not_quoted(argument, written, "STRUCT(id INTEGER)")
                    .expect_err(written)
                    .to_string();
                assert!(
                    problem.contains(&format!("'{text}' in every row")),
                    "{problem}"
                );
            }
        }
        for constant in ["1", "CAST('t' AS BOOLEAN)", "CAST('5' AS INTEGER)"] {
            assert_eq!(not_quoted("customer_id", constant, NULL), Ok(true));
        }
        assert!(not_quoted("order_date", "'day'", NULL).is_err());
        assert_eq!(not_quoted("order_date", "'2024-01-31'", NULL), Ok(true));
    }
}
