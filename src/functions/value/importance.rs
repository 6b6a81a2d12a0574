//! The shop's customer value and the value from which on a customer is a VIP.

use crate::duckdb::{Aggregate, sql_struct};
use crate::error::Result;
use crate::models::value::tiers::VipThreshold;

sql_struct! {
    /// The boundaries of the importance tiers.
    pub struct ImportanceRow {
        /// Customers with a known value.
        pub customers: i64,
        /// The sum of their values.
        pub total_value: f64,
        /// The least valuable VIP's value; NULL where nobody is one.
        pub vip_value: Option<f64>,
    }
}

/// `__audience_importance(repeat BOOLEAN, customer_value DOUBLE) → STRUCT`
pub struct Importance;

impl Aggregate for Importance {
    const NAME: &'static str = "__audience_importance";
    type Args<'a> = (bool, f64);
    type State = VipThreshold;
    type Out = ImportanceRow;

    fn update(state: &mut VipThreshold, (repeat, customer_value): Self::Args<'_>) -> Result<()> {
        state.add(repeat, customer_value)
    }

    fn combine(into: &mut VipThreshold, from: &VipThreshold) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut VipThreshold) -> Result<Option<ImportanceRow>> {
        Ok(state.finish().map(|found| ImportanceRow {
            customers: found.customers,
            total_value: found.total_value,
            vip_value: found.vip_value,
        }))
    }
}
