//! The purchases of a customer, from rows to a history: distinct days, revenue, logs of days.

pub mod exact_sum;
pub mod purchase_days;
pub mod purchase_history;
pub mod purchase_log;
