//! A table of audience definitions, collected into one text.

use crate::duckdb::Aggregate;
use crate::error::Result;
use crate::models::audiences::definition::table::Entry;
use crate::models::numerics::packed_rows::PackedRows;

/// `__audience_definition_table(name VARCHAR, definition VARCHAR) → VARCHAR`, the definitions as
/// they came, for the functions that check them
pub struct DefinitionTable;

impl Aggregate for DefinitionTable {
    const NAME: &'static str = "__audience_definition_table";
    type Args<'a> = (Option<String>, Option<String>);
    type State = PackedRows<Entry>;
    type Out = String;

    fn update(state: &mut Self::State, (name, definition): Self::Args<'_>) -> Result<()> {
        state.add(Entry { name, definition })
    }

    fn combine(into: &mut Self::State, from: &Self::State) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Self::State) -> Result<Option<String>> {
        state.packed().map(Some)
    }
}
