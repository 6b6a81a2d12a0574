//! What the extension adds to DuckDB, as `lib.rs` hands it to the glue.

use super::Connection;
use crate::error::Result;

/// Everything that LOAD adds.
pub struct Extension {
    /// In the order in which they are created: a macro may call those of the rooms before.
    pub rooms: &'static [Room],
}

/// The functions, types and macros of one subject.
pub struct Room {
    /// Each registers a function with all its overloads.
    pub functions: &'static [fn(&Connection) -> Result<()>],
    /// ENUM types, by the names that the catalog gives them, with their labels.
    pub types: &'static [(&'static str, &'static [&'static str])],
    /// The sources of macros. The internal ones come first.
    pub macros: &'static [&'static str],
}

impl Extension {
    /// Registers every function.
    pub(super) fn register(&self, connection: &Connection) -> Result<()> {
        let mut functions = self.rooms.iter().flat_map(|room| room.functions);
        functions.try_for_each(|register| register(connection))
    }

    pub(super) fn types(
        &self,
    ) -> impl Iterator<Item = &'static (&'static str, &'static [&'static str])> {
        self.rooms.iter().flat_map(|room| room.types)
    }

    pub(super) fn macros(&self) -> impl Iterator<Item = &'static str> {
        self.rooms.iter().flat_map(|room| room.macros).copied()
    }
}
