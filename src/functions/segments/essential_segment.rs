//! The essential segment of one contact.

use crate::duckdb::{Scalar, Unchecked, sql_enum, sql_row};
use crate::error::Result;
use crate::models::numerics::checks::at_least;
use crate::models::segments::essential_segment::{self, EssentialDays, essential_segment};

sql_enum!(
    essential_segment::EssentialSegment: NewSubscriber, FirstTimeBuyer, TwoTimeBuyer, OneTimeLapsed, RepeatLapsed
);

sql_row!(Read for EssentialDays {
    new_subscriber_days: i32 = new_subscriber,
    first_time_days: i32 = first_time,
    two_time_days: i32 = two_time,
    one_time_lapsed_days: i32 = one_time_lapsed,
    repeat_lapsed_days: i32 = repeat_lapsed,
});

/// `__audience_essential_segment(purchases, silence_days, subscribed_days, days STRUCT) →
/// ENUM`, NULL where no rule holds
pub struct EssentialSegment;

impl Scalar for EssentialSegment {
    const NAME: &'static str = "__audience_essential_segment";
    type Args<'a> = (i32, Option<i32>, Option<i32>, Unchecked<EssentialDays>);
    type Out = essential_segment::EssentialSegment;

    fn call(
        (purchases, silence_days, subscribed_days, days): Self::Args<'_>,
    ) -> Result<Option<essential_segment::EssentialSegment>> {
        let days = days.0;
        at_least("new_subscriber_days", days.new_subscriber, 0)?;
        at_least("first_time_days", days.first_time, 0)?;
        at_least("two_time_days", days.two_time, 0)?;
        at_least("one_time_lapsed_days", days.one_time_lapsed, 0)?;
        at_least("repeat_lapsed_days", days.repeat_lapsed, 0)?;
        at_least("purchases", purchases, 0)?;
        at_least("silence_days", silence_days.unwrap_or(0), 0)?;
        at_least("subscribed_days", subscribed_days.unwrap_or(0), 0)?;
        let segment = essential_segment(purchases, silence_days, subscribed_days, &days);
        Ok(segment)
    }
}
