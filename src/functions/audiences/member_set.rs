//! The audiences that a customer is in, as a bitmap over their numbers.

use crate::duckdb::{Aggregate, Blob, sql_struct};
use crate::error::Result;
use crate::models::audiences::audience_sets::{AudienceSet, MOST_AUDIENCES};
use crate::models::numerics::checks::within;

sql_struct! {
    /// A customer's audiences.
    pub struct Membership {
        /// The bitmap.
        pub audiences: Blob,
        /// Rows that repeated one of them.
        pub repeated: i64,
    }
}

/// `__audience_member_set(audience INTEGER) → STRUCT`
pub struct MemberSet;

impl Aggregate for MemberSet {
    const NAME: &'static str = "__audience_member_set";
    type Args<'a> = (i32,);
    type State = AudienceSet;
    type Out = Membership;

    fn update(state: &mut AudienceSet, (audience,): Self::Args<'_>) -> Result<()> {
        let number = within("audience", audience, 0..=MOST_AUDIENCES as i32 - 1)?;
        state.add(number as u16)
    }

    fn combine(into: &mut AudienceSet, from: &AudienceSet) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut AudienceSet) -> Result<Option<Membership>> {
        Ok(Some(Membership {
            audiences: Blob(state.to_bytes()),
            repeated: state.repeated() as i64,
        }))
    }
}
