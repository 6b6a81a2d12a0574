//! Purchase days from their gaps and back: lists outside, bytes between steps.

use crate::duckdb::{Blob, Date, Scalar};
use crate::error::Result;
use crate::functions::history::{Dates, History};
use crate::models::purchases::packed_gaps::{days_of_gaps, packed_gaps};
use crate::models::purchases::purchases::PurchaseHistory;

/// `__audience_order_dates(history, gaps BLOB) → DATE[]`
pub struct OrderDates;

impl Scalar for OrderDates {
    const NAME: &'static str = "__audience_order_dates";
    type Args<'a> = (History, &'a [u8]);
    type Out = Vec<Date>;

    fn call((history, gaps): Self::Args<'_>) -> Result<Option<Vec<Date>>> {
        let history: PurchaseHistory = history.try_into()?;
        let days = days_of_gaps(history.first_day, history.purchases, gaps)?;
        Ok(Some(days.into_iter().map(Date).collect()))
    }
}

/// `__audience_packed_gaps(order_dates DATE[]) → BLOB`; without dates, or with a NULL among them, NULL
pub struct PackedGaps;

impl Scalar for PackedGaps {
    const NAME: &'static str = "__audience_packed_gaps";
    type Args<'a> = (Option<Dates>,);
    type Out = Blob;

    fn call((dates,): Self::Args<'_>) -> Result<Option<Blob>> {
        let days = dates.map(|dates| dates.into_iter().map(|date| date.0).collect::<Vec<_>>());
        let gaps = days.map(|days| packed_gaps(&days));
        Ok(gaps.transpose()?.map(Blob))
    }
}
