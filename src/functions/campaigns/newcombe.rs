//! The confidence interval of the difference of two rates.

use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::campaigns::uplift::newcombe;
use crate::models::numerics::checks::{at_least, within};

sql_struct! {
    /// A 95 % interval.
    pub struct Interval {
        /// Its lower end.
        pub lower: f64,
        /// Its upper end.
        pub upper: f64,
    }
}

/// `__audience_newcombe(conversions, customers, other_conversions, other_customers) →
/// STRUCT`, NULL where a group is empty
pub struct Newcombe;

impl Scalar for Newcombe {
    const NAME: &'static str = "__audience_newcombe";
    type Args<'a> = (i64, i64, i64, i64);
    type Out = Interval;

    fn call(
        (conversions, customers, others, other_customers): Self::Args<'_>,
    ) -> Result<Option<Interval>> {
        let group = |converted: i64, of: i64| {
            let of = at_least("customers", of, 0)?;
            let converted = within("conversions", converted, 0..=of)?;
            Ok((converted.unsigned_abs(), of.unsigned_abs()))
        };
        let interval = newcombe(
            group(conversions, customers)?,
            group(others, other_customers)?,
        );
        Ok(interval.map(|(lower, upper)| Interval { lower, upper }))
    }
}
