//! What is wrong with a table of audience definitions.

use crate::duckdb::{Scalar, sql_enum, sql_struct};
use crate::error::Result;
use crate::models::audiences::definition::Severity;
use crate::models::audiences::definition::table::check;
use crate::models::numerics::packed_rows::unpack_rows;
use std::borrow::Cow;

sql_enum!(Severity: Error, Warning);

sql_struct! {
    /// A problem with a definition.
    pub struct FindingRow {
        /// The audience.
        pub name: Option<String>,
        /// How bad it is.
        pub severity: Severity,
        /// Where in the definition.
        pub path: String,
        /// What it is.
        pub problem: String,
    }
}

/// `__audience_definition_check(table VARCHAR) → STRUCT[]`
pub struct DefinitionCheck;

impl Scalar for DefinitionCheck {
    const NAME: &'static str = "__audience_definition_check";
    type Args<'a> = (Cow<'a, str>,);
    type Out = Vec<FindingRow>;

    fn call((table,): Self::Args<'_>) -> Result<Option<Vec<FindingRow>>> {
        let found = check(&unpack_rows(&table)?)
            .into_iter()
            .map(|finding| FindingRow {
                name: finding.name,
                severity: finding.problem.severity,
                path: finding.problem.path,
                problem: finding.problem.problem,
            });
        Ok(Some(found.collect()))
    }
}
