//! A table of trigger rules, collected into one text.

use crate::duckdb::{Aggregate, Unchecked, sql_row};
use crate::error::Result;
use crate::models::campaigns::triggers::RawRule;
use crate::models::numerics::packed_rows::PackedRows;

sql_row!(Read for RawRule {
    name: Option<String>,
    min_purchases: Option<i32>,
    max_purchases: Option<i32>,
    silence_days: Option<i32>,
    action_days: Option<Vec<Option<i32>>>,
    channels: Option<Vec<Option<String>>>,
    message: Option<String>,
    discount_allowed: Option<bool>,
    conversion_days: Option<i32>,
    repeat_policy: Option<String>,
    unsubscribe_after: Option<i32>,
    usual_gaps: Option<String>,
    lifecycle_stage: Option<String>,
    won_back: Option<bool>,
    audience: Option<String>,
});

/// `__audience_rule_table(rule STRUCT) → VARCHAR`, the rules as they came, for the functions that
/// check them
pub struct RuleTable;

impl Aggregate for RuleTable {
    const NAME: &'static str = "__audience_rule_table";
    type Args<'a> = (Unchecked<RawRule>,);
    type State = PackedRows<RawRule>;
    type Out = String;

    fn update(state: &mut Self::State, (rule,): Self::Args<'_>) -> Result<()> {
        state.add(rule.0)
    }

    fn combine(into: &mut Self::State, from: &Self::State) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Self::State) -> Result<Option<String>> {
        state.packed().map(Some)
    }
}
