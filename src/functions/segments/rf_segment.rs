//! The RF segment of one customer.

use crate::duckdb::{Scalar, Unchecked, sql_enum, sql_row};
use crate::error::Result;
use crate::models::numerics::checks::at_least;
use crate::models::segments::rf_segment::{self, RfDays, rf_segment};

sql_enum!(rf_segment::RfSegment: New, Promising, Wandering, Dormant, Loyal, AtRisk, Lost);

sql_row!(Read for RfDays {
    promising_days: i32 = promising,
    wandering_days: i32 = wandering,
    dormant_days: i32 = dormant,
    at_risk_days: i32 = at_risk,
    lost_days: i32 = lost,
});

/// `__audience_rf_segment(purchases, silence_days, days STRUCT) → ENUM`
pub struct RfSegment;

impl Scalar for RfSegment {
    const NAME: &'static str = "__audience_rf_segment";
    type Args<'a> = (i32, i32, Unchecked<RfDays>);
    type Out = rf_segment::RfSegment;

    fn call(
        (purchases, silence_days, days): Self::Args<'_>,
    ) -> Result<Option<rf_segment::RfSegment>> {
        let days = days.0;
        at_least("purchases", purchases, 1)?;
        at_least("silence_days", silence_days, 0)?;
        days.validate()?;
        Ok(Some(rf_segment(purchases, silence_days, &days)))
    }
}
