//! Numerical methods that several rooms use.

pub(super) mod beta;
pub mod bytes;
pub mod calendar;
pub mod checks;
pub mod fixed_sum;
pub(super) mod gamma;
pub mod histogram;
pub mod kaplan_meier;
pub(super) mod linear;
pub mod logarithms;
pub mod logistic;
pub(super) mod median;
pub mod memory;
pub(super) mod mix;
pub(super) mod newton;
pub(super) mod normal;
pub(super) mod number_counts;
pub(super) mod numbers;
pub(super) mod optimize;
pub mod ordered_bits;
pub mod outline;
pub mod packed_rows;
pub mod ridge_logistic;
pub mod stored;
pub(super) mod student_t;
pub mod sum;
