//! The mathematics: numbers in, numbers out, and nothing of DuckDB.

pub mod cohorts;
mod days;
pub mod demo;
pub mod explanation;
pub mod lifecycle;
mod log_sums;
pub mod mbg_nbd;
pub mod mbg_nbd_fit;
pub mod model;
pub mod model_fit;
mod next_stage;
mod numbers;
mod optimize;
pub mod purchase_log;
pub mod purchases;
pub mod ranking;
pub mod reason;
pub mod rfm;
pub mod rfm_grid;
pub mod sum;
pub mod tiers;
pub mod typical_gap;
mod wide_days;
