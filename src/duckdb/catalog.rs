//! The catalog that holds the macros: an in-memory database of our own, so that
//! nothing is ever written to the user's.

use super::connection::Connection;
use super::extension::Extension;
use crate::error::{Error, Result};

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
        "databases or schemas named {} and {} exist already; rename one and LOAD again",
        NAMES[0], NAMES[1]
    )))
}

/// Whether the catalog is there already, with what was created in it.
pub fn is_attached(connection: &Connection) -> Result<bool> {
    let [usual, other] = NAMES;
    // To list all functions takes as long as to create a third of the macros.
    let may_be = connection.holds(&format!(
        "SELECT EXISTS (FROM duckdb_schemas()
                        WHERE database_name IN ('{usual}', '{other}') AND schema_name = '{INTERNAL}')"
    ))?;
    if !may_be {
        return Ok(false);
    }
    connection.holds(&format!(
        "SELECT EXISTS (FROM duckdb_functions()
                        WHERE database_name IN ('{usual}', '{other}') AND function_name = '__histories')"
    ))
}

/// Whether the functions are registered. They outlive the catalog. One of them is called, because to
/// list all takes much longer.
pub fn has_functions(connection: &Connection) -> bool {
    let call = "SELECT __audience_at_least('audience', 'Lost', 'Active')";
    connection.execute(call).is_ok()
}

/// Creates every ENUM type in `catalog`, to compare labels with: DuckDB
/// compares an ENUM with a text by the alphabet.
pub fn create_types(connection: &Connection, catalog: &str, extension: &Extension) -> Result<()> {
    for (name, labels) in extension.types() {
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

/// The schema of the macros that are not for users, so that tools which list a schema list what
/// is.
const INTERNAL: &str = "internal";

/// Creates every macro in `catalog`, with its documentation.
pub fn create_macros(connection: &Connection, catalog: &str, extension: &Extension) -> Result<()> {
    connection.execute(&format!("CREATE SCHEMA {catalog}.{INTERNAL}"))?;
    for source in extension.macros() {
        for statement in statements(source, catalog) {
            connection.execute(&statement)?;
        }
    }
    Ok(())
}

/// The statements of a file in sql/, for a catalog that may not be called `audience`,
/// and the comment that documents a macro for users.
fn statements(source: &str, catalog: &str) -> Vec<String> {
    let mut lines = source.lines().peekable();
    let mut documentation = Vec::new();
    while let Some(comment) = lines.next_if(|line| line.starts_with("--")) {
        let text = comment.trim_start_matches('-');
        documentation.push(text.strip_prefix(' ').unwrap_or(text).trim_end());
    }
    let body = lines.collect::<Vec<_>>().join("\n");
    let mut statements = vec![in_catalog(&body, catalog)];
    if let Some(Header { kind, name }) = header(source)
        && !name.starts_with("audience.__")
    {
        statements.push(format!(
            "COMMENT ON {kind} {} IS '{}'",
            in_catalog(name, catalog),
            in_catalog(&documentation.join("\n"), catalog).replace('\'', "''")
        ));
    }
    statements
}

/// What a macro's source says of it in `CREATE MACRO name(parameters) AS [TABLE]`.
#[derive(Debug, PartialEq)]
pub struct Header<'a> {
    /// As `COMMENT ON` calls it.
    kind: &'static str,
    /// With the catalog's usual name in front.
    pub name: &'a str,
}

/// The header of a macro's source; `None` where that makes something else.
pub fn header(source: &str) -> Option<Header<'_>> {
    let comment = source
        .split_inclusive('\n')
        .take_while(|line| line.starts_with("--"));
    let statement = source.get(comment.map(str::len).sum()..)?;
    let (name, parameters) = statement.strip_prefix("CREATE MACRO ")?.split_once('(')?;
    // The parameters may hold parentheses.
    let mut depth = 1;
    let end = parameters.find(|character| {
        depth += match character {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    })?;
    let mut words = parameters.get(end + 1..)?.split_whitespace();
    let is_table = words.next() == Some("AS") && words.next() == Some("TABLE");
    let kind = if is_table { "MACRO TABLE" } else { "MACRO" };
    Some(Header { kind, name })
}

/// Every qualified name in sql/ is written with the catalog's usual name, and without the schema of
/// the internal ones, which begin with `__`.
fn in_catalog(sql: &str, catalog: &str) -> String {
    sql.replace("audience.__", &format!("audience.{INTERNAL}.__"))
        .replace("audience.", &format!("{catalog}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_names_have_a_schema_of_their_own() {
        let sql = "FROM audience.__histories(audience.rfm())";
        assert_eq!(
            in_catalog(sql, "audience_sql"),
            "FROM audience_sql.internal.__histories(audience_sql.rfm())"
        );
    }

    #[test]
    fn the_header_tells_the_kind_of_a_macro() {
        let kind = |source| header(source).map(|header| (header.kind, header.name));
        let table = "-- Text (\nCREATE MACRO audience.a(\n x, y := f(1, 2)\n) AS TABLE\nSELECT 1";
        assert_eq!(kind(table), Some(("MACRO TABLE", "audience.a")));
        let scalar = "CREATE MACRO audience.b(x) AS 'AS TABLE';";
        assert_eq!(kind(scalar), Some(("MACRO", "audience.b")));
        assert_eq!(kind("-- Text\nCREATE VIEW audience.c AS SELECT 1"), None);
    }
}
