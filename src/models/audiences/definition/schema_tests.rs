//! The JSON Schema of definitions, which docs/ publishes, is made from the types.

use super::{
    Choices, Definition, MAX_COUNT, MAX_DAYS, NAME, PRODUCT_OPTIONS, ProductSet, Purchased, Test,
    Value,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;
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

/// More than 0 and at most 1.
pub(super) fn share(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "number", "exclusiveMinimum": 0, "maximum": 1})
}

/// What a column of the order lines must be.
fn line_value(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "description": "A value, a list of values or an operator.",
        "anyOf": [
            generator.subschema_for::<Value>(),
            generator.subschema_for::<Choices>(),
            generator.subschema_for::<Test>(),
        ],
    })
}

/// Columns, with the `options` that may stand beside them; the other options are refused.
fn columns(generator: &mut SchemaGenerator, description: &str, options: Schema) -> Schema {
    let mut properties = options.to_value();
    for option in PRODUCT_OPTIONS {
        if properties.get(option).is_none() {
            properties[option] = false.into();
        }
    }
    json_schema!({
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": line_value(generator),
        "propertyNames": {"pattern": NAME},
        // At least one key is a column.
        "not": {"propertyNames": {"enum": PRODUCT_OPTIONS}},
    })
}

impl JsonSchema for ProductSet {
    fn schema_name() -> Cow<'static, str> {
        "ProductSet".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let description = "The order lines on which all of these hold: each key is a column.";
        columns(generator, description, json_schema!({}))
    }
}

impl JsonSchema for Purchased {
    fn schema_name() -> Cow<'static, str> {
        "Bought".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let description = "The order lines on which all of these hold: each key is a column. A purchase is a day with such a line.";
        let options = json_schema!({
            "at_least": {
                "description": "The fewest purchases.",
                "type": "integer", "minimum": 1, "maximum": MAX_COUNT, "default": 1,
            },
            "within_days": {
                "description": "Only those of the last N days count, of which as_of is the last.",
                "type": "integer", "minimum": 1, "maximum": MAX_DAYS,
            },
        });
        columns(generator, description, options)
    }
}
