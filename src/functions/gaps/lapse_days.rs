//! The silence after which a customer of this shop has lapsed, from stored histories.

use crate::duckdb::{Aggregate, Date, sql_struct};
use crate::error::{Error, Result};
use crate::functions::history::{History, with_days};
use crate::models::gaps::wait_counts::{USUAL_SHARE, WaitCounts};

sql_struct! {
    /// What `audience.shop` holds of the waits of its customers.
    pub struct LapseDaysRow {
        /// Customers who came back.
        pub repeat_buyers: i64,
        /// As in `audience.lapse_threshold`; NULL where they are too few.
        pub threshold_days: Option<i32>,
    }
}

/// `__audience_lapse_days(history STRUCT, gaps BLOB, as_of DATE) → STRUCT(repeat_buyers, threshold_days)`, the
/// threshold of `audience.lapse_threshold` without its interval, in memory that does not grow with the customers
pub struct LapseDays;

impl Aggregate for LapseDays {
    const NAME: &'static str = "__audience_lapse_days";
    type Args<'a> = (History, Option<&'a [u8]>, Date);
    type State = WaitCounts;
    type Out = LapseDaysRow;

    fn update(state: &mut WaitCounts, (history, gaps, as_of): Self::Args<'_>) -> Result<()> {
        with_days(history, gaps, |history, days| {
            let days = days.ok_or_else(|| Error::argument("gaps", "must not be NULL"))?;
            if history.last_day > as_of.0 {
                return Err(Error::argument("history", "must not go beyond as_of"));
            }
            let gaps = days.windows(2).map(|pair| pair[1].abs_diff(pair[0]));
            state.add(gaps, as_of.0.abs_diff(history.last_day))
        })
    }

    fn combine(into: &mut WaitCounts, from: &WaitCounts) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut WaitCounts) -> Result<Option<LapseDaysRow>> {
        let curves = state.curves()?;
        Ok(curves.map(|curves| LapseDaysRow {
            repeat_buyers: state.repeaters() as i64,
            threshold_days: curves.threshold_days(USUAL_SHARE).map(u32::cast_signed),
        }))
    }
}
