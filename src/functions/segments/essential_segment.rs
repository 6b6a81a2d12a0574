//! The essential segment of one contact.

use crate::duckdb::{Scalar, sql_enum, sql_struct};
use crate::error::Result;
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
            new_subscriber: days.new_subscriber_days,
            first_time: days.first_time_days,
            two_time: days.two_time_days,
            one_time_lapsed: days.one_time_lapsed_days,
            repeat_lapsed: days.repeat_lapsed_days,
        };
        let segment = essential_segment(purchases, silence_days, subscribed_days, &days);
        Ok(segment)
    }
}
