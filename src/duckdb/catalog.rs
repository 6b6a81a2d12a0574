//! The catalog that holds the macros: an in-memory database of our own, so that
//! nothing is ever written to the user's.

use super::connection::Connection;
use crate::error::{Error, Result};
use crate::functions::{MACROS, TYPES};

/// Used when the user's own database or schema is called `audience`, which would
/// make `audience.customers` ambiguous.
const NAMES: [&str; 2] = ["audience", "audience_sql"];

/// Attaches the catalog and returns its name.
pub fn attach(connection: &Connection) -> Result<&'static str> {
    for name in NAMES {
        let taken = connection.holds(&format!(
            "SELECT EXISTS (FROM duckdb_databases() WHERE lower(database_name) = '{name}')
                 OR EXISTS (FROM duckdb_schemas() WHERE lower(schema_name) = '{name}')"
        ))?;
        if !taken {
            connection.execute(&format!("ATTACH ':memory:' AS {name} (READ_WRITE)"))?;
            return Ok(name);
        }
    }
    Err(Error::DuckDb(format!(
        "audience: databases or schemas named {} and {} exist already; rename one and LOAD again",
        NAMES[0], NAMES[1]
    )))
}

/// Creates every ENUM type of the registry in `catalog`, to compare labels with: DuckDB
/// compares an ENUM with a text by the alphabet.
pub fn create_types(connection: &Connection, catalog: &str) -> Result<()> {
    for (name, labels) in TYPES {
        let labels: Vec<_> = labels
            .iter()
            .map(|label| format!("'{}'", label.replace('\'', "''")))
            .collect();
        let labels = labels.join(", ");
        connection.execute(&format!(
            "CREATE TYPE {catalog}.main.{name} AS ENUM ({labels})"
        ))?;
    }
    Ok(())
}

/// Creates every macro of the registry in `catalog`, with its documentation.
pub fn create_macros(connection: &Connection, catalog: &str) -> Result<()> {
    for source in MACROS {
        for statement in statements(source, catalog) {
            connection.execute(&statement)?;
        }
    }
    Ok(())
}

/// The statements of a file in sql/, for a catalog that may not be called `audience`,
/// and the comment that documents its macro.
fn statements(source: &str, catalog: &str) -> Vec<String> {
    let mut lines = source.lines().peekable();
    let mut documentation = Vec::new();
    while let Some(comment) = lines.next_if(|line| line.starts_with("--")) {
        let text = comment.trim_start_matches('-');
        documentation.push(text.strip_prefix(' ').unwrap_or(text).trim_end());
    }
    let body = lines.collect::<Vec<_>>().join("\n");
    let mut statements = vec![in_catalog(&body, catalog)];
    let header = body.trim_start();
    if let Some(rest) = header.strip_prefix("CREATE MACRO ") {
        let name = rest.split('(').next().unwrap_or_default();
        let kind = if body.contains("AS TABLE") {
            "MACRO TABLE"
        } else {
            "MACRO"
        };
        statements.push(format!(
            "COMMENT ON {kind} {} IS '{}'",
            in_catalog(name, catalog),
            in_catalog(&documentation.join("\n"), catalog).replace('\'', "''")
        ));
    }
    statements
}

/// Every qualified name in sql/ is written with the catalog's usual name.
fn in_catalog(sql: &str, catalog: &str) -> String {
    sql.replace("audience.", &format!("{catalog}."))
}
