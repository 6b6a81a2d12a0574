//! The shop's customer value and the value from which on a customer is a VIP.

use crate::duckdb::{Aggregate, sql_row};
use crate::error::Result;
use crate::models::value::vips::{ValueBounds, VipThreshold};

sql_row!(Read, Write for ValueBounds { customers: i64, total_value: f64, vip_value: Option<f64> });

/// `__audience_importance(repeat BOOLEAN, customer_value DOUBLE, outline BLOB) → STRUCT`, the outline
/// from `__audience_importance_outline` over the same rows
pub struct Importance;

impl Aggregate for Importance {
    const NAME: &'static str = "__audience_importance";
    type Args<'a> = (bool, f64, &'a [u8]);
    type State = VipThreshold;
    type Out = ValueBounds;

    #[inline]
    fn update(
        state: &mut VipThreshold,
        (repeat, customer_value, outline): Self::Args<'_>,
    ) -> Result<()> {
        state.add(repeat, customer_value, outline)
    }

    fn combine(into: &mut VipThreshold, from: &VipThreshold) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut VipThreshold) -> Result<Option<ValueBounds>> {
        state.finish()
    }
}
