//! The essential segment of one contact.

use crate::duckdb::{Scalar, sql_enum, sql_struct};
use crate::error::Result;
use crate::models::numerics::checks::at_least;
use crate::models::segments::essential_segment::{self, EssentialDays, essential_segment};

sql_enum!(
    essential_segment::EssentialSegment: NewSubscriber, FirstTimeBuyer, TwoTimeBuyer, OneTimeLapsed, RepeatLapsed
);

sql_struct! {
    /// The checked options of `audience.essential_segments`.
    pub struct EssentialDaysRow {
        /// A subscription is new below this.
        pub new_subscriber_days: i32,
        /// The only purchase is recent below this.
        pub first_time_days: i32,
        /// The second purchase is recent below this.
        pub two_time_days: i32,
        /// The only purchase has lapsed from this on.
        pub one_time_lapsed_days: i32,
        /// The last of several purchases has lapsed from this on.
        pub repeat_lapsed_days: i32,
    }
}

/// `__audience_essential_segment(purchases, silence_days, subscribed_days, days STRUCT) →
/// ENUM`, NULL where no rule holds
pub struct EssentialSegment;

impl Scalar for EssentialSegment {
    const NAME: &'static str = "__audience_essential_segment";
    type Args<'a> = (i32, Option<i32>, Option<i32>, EssentialDaysRow);
    type Out = essential_segment::EssentialSegment;

    fn call(
        (purchases, silence_days, subscribed_days, days): Self::Args<'_>,
    ) -> Result<Option<essential_segment::EssentialSegment>> {
        let days = EssentialDays {
            new_subscriber: at_least("new_subscriber_days", days.new_subscriber_days, 0)?,
            first_time: at_least("first_time_days", days.first_time_days, 0)?,
            two_time: at_least("two_time_days", days.two_time_days, 0)?,
            one_time_lapsed: at_least("one_time_lapsed_days", days.one_time_lapsed_days, 0)?,
            repeat_lapsed: at_least("repeat_lapsed_days", days.repeat_lapsed_days, 0)?,
        };
        at_least("purchases", purchases, 0)?;
        at_least("silence_days", silence_days.unwrap_or(0), 0)?;
        at_least("subscribed_days", subscribed_days.unwrap_or(0), 0)?;
        let segment = essential_segment(purchases, silence_days, subscribed_days, &days);
        Ok(segment)
    }
}
