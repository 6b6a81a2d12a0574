//! A small table as one text, in which SQL passes it on.

use super::memory::{append, push};
use crate::error::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cmp::Ordering;

/// A row of a table that is passed as a whole.
pub trait PackedRow: Clone + Serialize + DeserializeOwned {
    /// The argument that the table is.
    const ARGUMENT: &'static str;
    /// The order in which the rows are packed. It tells all rows apart that differ.
    fn order(&self, other: &Self) -> Ordering;
}

/// Collects the rows of a table in any order and any number of parts.
#[derive(Debug)]
pub struct PackedRows<T>(Vec<T>);

impl<T> Default for PackedRows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PackedRow> PackedRows<T> {
    /// Adds a row.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, row: T) -> Result<()> {
        push(&mut self.0, row)
    }

    /// Adds the rows of `other`.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.0, &other.0)
    }

    /// All rows as a JSON list, in their order.
    ///
    /// # Errors
    ///
    /// When they cannot be written as JSON.
    pub fn packed(&mut self) -> Result<String> {
        self.0.sort_unstable_by(T::order);
        serde_json::to_string(&self.0)
            .map_err(|error| Error::argument(T::ARGUMENT, error.to_string()))
    }
}

/// The rows of a packed table.
///
/// # Errors
///
/// When the text is none.
pub fn unpack_rows<T: PackedRow>(packed: &str) -> Result<Vec<T>> {
    serde_json::from_str(packed)
        .map_err(|_| Error::argument(T::ARGUMENT, "were not packed by this extension"))
}

/// Orders what may be missing: last, as in SQL.
pub fn missing_last<T: Ord>(a: &Option<T>, b: &Option<T>) -> Ordering {
    (a.is_none(), a).cmp(&(b.is_none(), b))
}

#[cfg(test)]
pub(in crate::models) mod tests {
    use super::*;
    use std::fmt::Debug;

    /// Packs the rows in two parts and another order, and finds them again in theirs.
    pub fn comes_back<T: PackedRow + PartialEq + Debug>(rows: &[T]) {
        let mut parts = [PackedRows::default(), PackedRows::default()];
        for (index, row) in rows.iter().enumerate().rev() {
            parts[index % 2].add(row.clone()).expect("room");
        }
        let [mut all, rest] = parts;
        all.merge(&rest).expect("room");
        assert_eq!(unpack_rows(&all.packed().expect("text")), Ok(rows.to_vec()));
        assert!(unpack_rows::<T>("[1]").is_err());
    }
}
