//! Segments by fixed rules: RFM, RF, essential segments, engagement and contact stages.

pub mod contact_stage;
pub mod engagement;
pub mod essential_segment;
pub mod event_score;
pub mod explain_contact;
pub mod rf_segment;
pub mod rfm_segment;
pub mod score;
pub mod score_cuts;
