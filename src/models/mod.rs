//! The mathematics: numbers in, numbers out, independent of DuckDB.

pub mod audiences;
pub mod backtest;
pub mod campaigns;
pub mod demo;
pub mod exports;
pub mod gaps;
pub mod intent;
pub mod lifecycle;
pub mod lookalikes;
pub mod numerics;
pub mod prediction;
pub mod purchases;
pub mod recommend;
pub mod replenishment;
pub mod report;
pub mod segments;
pub mod value;
