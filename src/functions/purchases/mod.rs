//! The purchases of a customer, from rows to a history: distinct days, revenue, logs of days.

use crate::duckdb::{Room, aggregate, scalar};

pub mod dated_history;
pub mod exact_sum;
pub mod order_dates;
pub mod packed_gaps;
pub mod purchase_days;
pub mod purchase_history;
pub mod purchase_log;
pub mod sound_history;

pub(super) const ROOM: Room = Room {
    functions: &[
        aggregate::<dated_history::DatedHistory>,
        aggregate::<exact_sum::ExactSum>,
        scalar::<order_dates::OrderDates>,
        scalar::<packed_gaps::PackedGaps>,
        aggregate::<purchase_days::PurchaseDays>,
        aggregate::<purchase_history::PurchaseHistory>,
        aggregate::<purchase_log::PurchaseLog>,
        scalar::<sound_history::SoundHistory>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/purchases/__with_dates.sql"),
        include_str!("../../../sql/purchases/purchase_history.sql"),
    ],
};
