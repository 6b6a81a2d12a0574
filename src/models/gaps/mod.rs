//! The time between purchases: gaps, the lapse threshold and cohorts.

pub mod cohort_forecast;
pub mod cohorts;
pub mod lapse_outline;
pub mod lapse_threshold;
pub mod order_gaps;
pub mod past_errors;
pub mod wait_counts;
