//! The typical gap between purchases of a group of customers, behind `peer_group`.

use crate::duckdb::{Aggregate, sql_struct};
use crate::error::Result;
use crate::functions::history::History;
use crate::models::prediction::typical_gap;

sql_struct! {
    /// A group's rhythm.
    pub struct GroupGap {
        /// Median over repeaters of their mean gap, with one pseudo-value of 90 days.
        pub days: f64,
        /// Repeaters in the group.
        pub repeaters: i64,
    }
}

/// `__audience_typical_gap(history STRUCT) → STRUCT(days, repeaters)`
pub struct TypicalGap;

impl Aggregate for TypicalGap {
    const NAME: &'static str = "__audience_typical_gap";
    type Args<'a> = (History,);
    type State = typical_gap::TypicalGap;
    type Out = GroupGap;

    fn update(state: &mut typical_gap::TypicalGap, (history,): Self::Args<'_>) -> Result<()> {
        state.add(&history.try_into()?)
    }

    fn combine(into: &mut typical_gap::TypicalGap, from: &typical_gap::TypicalGap) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut typical_gap::TypicalGap) -> Result<Option<GroupGap>> {
        Ok(state
            .finish()?
            .map(|(days, repeaters)| GroupGap { days, repeaters }))
    }
}
