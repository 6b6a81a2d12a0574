//! A checked table of audience definitions.

use super::arguments::first_error;
use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::audiences::definition::table::{check, pack};
use crate::models::numerics::packed_rows::unpack_rows;
use std::borrow::Cow;

sql_struct! {
    /// Definitions that can be used, in the order of their names.
    pub struct Checked {
        /// The names.
        pub names: Vec<String>,
        /// All of them in one text, because DuckDB 1.4 would copy a LIST for every row.
        pub packed: String,
    }
}

/// `__audience_definitions(table VARCHAR) → STRUCT`; an error is about the first definition that
/// cannot be used
pub struct Definitions;

impl Scalar for Definitions {
    const NAME: &'static str = "__audience_definitions";
    type Args<'a> = (Cow<'a, str>,);
    type Out = Checked;

    fn call((table,): Self::Args<'_>) -> Result<Option<Checked>> {
        let mut entries = unpack_rows(&table)?;
        first_error(&check(&entries))?;
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(Some(Checked {
            packed: pack(&entries),
            names: entries.into_iter().filter_map(|entry| entry.name).collect(),
        }))
    }
}
