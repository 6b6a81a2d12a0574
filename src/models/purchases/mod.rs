//! The purchases of a customer, from rows to a history: distinct days, revenue, logs of days.

mod day_summary;
mod days;
pub mod packed_gaps;
pub mod purchase_days;
pub mod purchase_log;
pub mod purchases;
mod wide_days;
