//! The JSON Schema of definitions, which docs/ publishes, is made from the types.

use super::Definition;
use std::path::Path;

/// `make docs` sets it to have the file written.
const WRITE: &str = "AUDIENCE_WRITE_SCHEMA";

#[test]
fn the_published_schema_is_up_to_date() {
    let mut schema = schemars::schema_for!(Definition);
    schema.insert("$id".into(), "audience-definition.schema.json".into());
    schema.insert("title".into(), "Audience definition".into());
    let wanted = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/audience-definition.schema.json");
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &wanted).expect("docs/ can be written to");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "run `make docs`");
}
