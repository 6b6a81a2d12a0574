//! A checked table of audience definitions.

use crate::audiences::{Entry, first_error};
use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::definition::table::{check, pack};

/// `__audience_definitions(table STRUCT[]) → VARCHAR`, all definitions in one text, in the
/// order of their names; an error names the first that cannot be used
pub struct Definitions;

impl Scalar for Definitions {
    const NAME: &'static str = "__audience_definitions";
    const REPORTED_AS: &'static str = "members";
    type Args<'a> = (Vec<Entry>,);
    type Out = String;

    fn call((entries,): Self::Args<'_>) -> Result<Option<String>> {
        let entries: Vec<_> = entries.into_iter().map(Into::into).collect();
        first_error(&check(&entries).1)?;
        Ok(Some(pack(&entries)))
    }
}
