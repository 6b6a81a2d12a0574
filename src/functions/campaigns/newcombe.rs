//! The confidence interval of the difference of two rates of messages.

use crate::duckdb::{Scalar, Unchecked, sql_row, sql_struct};
use crate::error::Result;
use crate::models::campaigns::messages::MessageGroup;
use crate::models::campaigns::uplift::newcombe;

sql_row!(Read for MessageGroup {
    customers: i64,
    messages: i64,
    conversions: i64,
    messages_squared: f64,
    conversions_squared: f64,
    conversions_by_messages: f64,
});

sql_struct! {
    /// A 95 % interval.
    pub struct Interval {
        /// Its lower end.
        pub lower: f64,
        /// Its upper end.
        pub upper: f64,
    }
}

/// `__audience_newcombe(sent STRUCT, held_out STRUCT) → STRUCT`, NULL where a group is empty
pub struct Newcombe;

impl Scalar for Newcombe {
    const NAME: &'static str = "__audience_newcombe";
    type Args<'a> = (Unchecked<MessageGroup>, Unchecked<MessageGroup>);
    type Out = Interval;

    fn call((Unchecked(sent), Unchecked(held_out)): Self::Args<'_>) -> Result<Option<Interval>> {
        let interval = newcombe(sent.share()?, held_out.share()?);
        Ok(interval.map(|(lower, upper)| Interval { lower, upper }))
    }
}
