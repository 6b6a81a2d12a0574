//! The rows of a table of definitions as one text, in which SQL passes them on.

use super::table::Entry;
use crate::error::{Error, Result};
use crate::models::numerics::memory::{append, push};

/// Collects the rows of a table in any order and any number of parts.
#[derive(Debug, Default)]
pub struct EntryTable(Vec<Entry>);

impl EntryTable {
    /// Adds a row.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, entry: Entry) -> Result<()> {
        push(&mut self.0, entry)
    }

    /// Adds the rows of `other`.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.0, &other.0)
    }

    /// All rows as a JSON list, by their names.
    ///
    /// # Errors
    ///
    /// When they cannot be written as JSON.
    pub fn packed(&mut self) -> Result<String> {
        // What is missing comes last.
        let order = |value: &Option<String>| value.is_none();
        self.0.sort_unstable_by(|a, b| {
            (order(&a.name).cmp(&order(&b.name)))
                .then_with(|| a.name.cmp(&b.name))
                .then_with(|| order(&a.definition).cmp(&order(&b.definition)))
                .then_with(|| a.definition.cmp(&b.definition))
        });
        serde_json::to_string(&self.0)
            .map_err(|error| Error::argument("definitions", error.to_string()))
    }
}

/// The rows of a packed table, whose definitions may have errors.
///
/// # Errors
///
/// When the text is none.
pub fn unpack(packed: &str) -> Result<Vec<Entry>> {
    serde_json::from_str(packed)
        .map_err(|_| Error::argument("definitions", "were not packed by this extension"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_back_in_order_whatever_its_parts() {
        let entry = |name: Option<&str>, definition: Option<&str>| Entry {
            name: name.map(str::to_owned),
            definition: definition.map(str::to_owned),
        };
        let entries = [
            entry(Some("A"), Some("[")),
            entry(Some("A"), None),
            entry(Some("B"), Some("{}")),
            entry(None, Some("{}")),
        ];
        let (mut all, mut rest) = (EntryTable::default(), EntryTable::default());
        for entry in &entries[..2] {
            rest.add(entry.clone()).expect("room");
        }
        for entry in &entries[2..] {
            all.add(entry.clone()).expect("room");
        }
        all.merge(&rest).expect("room");
        assert_eq!(unpack(&all.packed().expect("text")), Ok(entries.to_vec()));
        assert!(unpack("[1]").is_err());
    }
}
