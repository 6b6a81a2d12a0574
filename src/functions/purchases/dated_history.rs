//! A customer's purchases with their days, for the functions that look at more than their summary.

use super::purchase_history::PurchasesUntil;
use crate::duckdb::{Aggregate, Blob, Date, sql_struct};
use crate::error::Result;
use crate::models::purchases::packed_gaps::packed_gaps;
use crate::models::purchases::purchases::PurchaseHistory;

sql_struct! {
    /// A customer's history with its days, and how far their rows reach.
    pub struct DatedHistoryRow {
        /// NULL without a purchase.
        pub history: Option<PurchaseHistory>,
        /// The days of all purchases, as [`packed_gaps`]; NULL without one.
        pub gaps: Option<Blob>,
        /// The day of the latest row, refunds included: from it follows `as_of`.
        pub latest: Date,
    }
}

/// `__audience_dated_history(order_date DATE, amount DOUBLE, value DOUBLE) → STRUCT(history, gaps,
/// latest)`: the amount says which rows are purchases, the value is what the revenue counts
pub struct DatedHistory;

impl Aggregate for DatedHistory {
    const NAME: &'static str = "__audience_dated_history";
    type Args<'a> = (Date, Option<f64>, Option<f64>);
    type State = PurchasesUntil;
    type Out = DatedHistoryRow;

    #[inline]
    fn update(state: &mut PurchasesUntil, (date, amount, value): Self::Args<'_>) -> Result<()> {
        state.add(date, amount, value)
    }

    fn combine(into: &mut PurchasesUntil, from: &PurchasesUntil) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut PurchasesUntil) -> Result<Option<DatedHistoryRow>> {
        let Some(latest) = state.latest else {
            return Ok(None);
        };
        let (history, days) = state.purchases.dated_history()?.unzip();
        Ok(Some(DatedHistoryRow {
            history,
            gaps: days.map(|days| packed_gaps(&days)).transpose()?.map(Blob),
            latest: Date(latest),
        }))
    }
}
