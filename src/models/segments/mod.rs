//! Segments by fixed rules: RFM, RF, essential segments, engagement and contact stages.

pub mod contact_stage;
pub mod engagement;
pub mod essential_segment;
pub mod rf_segment;
pub mod rfm;
pub mod rfm_grid;
pub mod score_cuts;
