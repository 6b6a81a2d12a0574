//! How long the waits of a shop's customers were, for `__audience_lapse_square` and `__audience_lapse_threshold`.

use crate::duckdb::{Aggregate, Blob, Date, List};
use crate::error::Result;
use crate::models::gaps::lapse_threshold::LapseCounts;
use crate::models::numerics::checks::{ascending, changed, finite_day, within};
use crate::models::numerics::memory::push;
use std::cell::Cell;

/// The customers seen, and the share of the returning ones that must have returned.
#[derive(Default)]
pub struct Waiting {
    customers: LapseCounts,
    share: Option<f64>,
}

impl Waiting {
    fn ask_for(&mut self, share: f64) -> Result<()> {
        if *self.share.get_or_insert(share) == share {
            return Ok(());
        }
        Err(changed("share"))
    }
}

/// `__audience_lapse_outline(days DATE[], as_of DATE, share DOUBLE) → BLOB`, in memory that does not grow with the
/// customers
pub struct LapseOutline;

impl Aggregate for LapseOutline {
    const NAME: &'static str = "__audience_lapse_outline";
    type Args<'a> = (List<'a, Date>, Date, f64);
    type State = Waiting;
    type Out = Blob;

    fn update(state: &mut Waiting, (days, as_of, share): Self::Args<'_>) -> Result<()> {
        let as_of = finite_day("as_of", as_of.0)?;
        with_days(days, |days| state.customers.add(days, as_of))?;
        state.ask_for(within("share", share, 0.0..=1.0)?)
    }

    fn combine(into: &mut Waiting, from: &Waiting) -> Result<()> {
        into.customers.merge(&from.customers)?;
        from.share.map_or(Ok(()), |share| into.ask_for(share))
    }

    fn finish(state: &mut Waiting) -> Result<Option<Blob>> {
        let Some(share) = state.share else {
            return Ok(None);
        };
        Ok(state.customers.outline(share)?.map(Blob))
    }
}

thread_local! {
    /// The days of one customer, so that they are not allocated for each.
    static DAYS: Cell<Vec<i32>> = const { Cell::new(Vec::new()) };
}

/// The most days that wait for the next customer.
const MOST_KEPT: usize = 10_000;

/// Does something with the days of a customer, which ascend.
pub(super) fn with_days<T>(
    list: List<'_, Date>,
    then: impl FnOnce(&[i32]) -> Result<T>,
) -> Result<T> {
    let mut days = DAYS.take();
    days.clear();
    for day in ascending("days", list.iter().map(|day| Some(day?.0))) {
        push(&mut days, day?)?;
    }
    let found = then(&days);
    if days.capacity() <= MOST_KEPT {
        DAYS.set(days);
    }
    found
}
