//! The RF segment of one customer.

use crate::duckdb::{Scalar, sql_enum, sql_struct};
use crate::error::Result;
use crate::models::numerics::checks::at_least;
use crate::models::segments::rf_segment::{self, RfDays, rf_segment};

sql_enum!(rf_segment::RfSegment: New, Promising, Wandering, Dormant, Loyal, AtRisk, Lost);

sql_struct! {
    /// The checked options of `audience.rf_segment`.
    pub struct RfDaysRow {
        /// One purchase is New below this.
        pub promising_days: i32,
        /// One or two are Promising below this.
        pub wandering_days: i32,
        /// One or two are Wandering below this.
        pub dormant_days: i32,
        /// Three or more are Loyal below this.
        pub at_risk_days: i32,
        /// Three or more are At Risk below this.
        pub lost_days: i32,
    }
}

/// `__audience_rf_segment(purchases, silence_days, days STRUCT) → ENUM`
pub struct RfSegment;

impl Scalar for RfSegment {
    const NAME: &'static str = "__audience_rf_segment";
    type Args<'a> = (i32, i32, RfDaysRow);
    type Out = rf_segment::RfSegment;

    fn call(
        (purchases, silence_days, days): Self::Args<'_>,
    ) -> Result<Option<rf_segment::RfSegment>> {
        let days = RfDays {
            promising: days.promising_days,
            wandering: days.wandering_days,
            dormant: days.dormant_days,
            at_risk: days.at_risk_days,
            lost: days.lost_days,
        };
        at_least("purchases", purchases, 1)?;
        at_least("silence_days", silence_days, 0)?;
        days.validate()?;
        Ok(Some(rf_segment(purchases, silence_days, &days)))
    }
}
