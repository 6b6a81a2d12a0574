//! Purchase days as the bytes that steps hand on, from a list.

use crate::duckdb::{Blob, Scalar};
use crate::error::Result;
use crate::functions::history::Dates;
use crate::models::purchases::packed_gaps;

/// `__audience_packed_gaps(order_dates DATE[]) → BLOB`; without dates, or with a NULL among them, NULL
pub struct PackedGaps;

impl Scalar for PackedGaps {
    const NAME: &'static str = "__audience_packed_gaps";
    type Args<'a> = (Option<Dates>,);
    type Out = Blob;

    fn call((dates,): Self::Args<'_>) -> Result<Option<Blob>> {
        let days = dates.map(|dates| dates.into_iter().map(|date| date.0).collect::<Vec<_>>());
        let gaps = days.map(|days| packed_gaps::packed_gaps(&days));
        Ok(gaps.transpose()?.map(Blob))
    }
}
