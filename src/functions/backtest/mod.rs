//! How well a score ranked what came afterwards.

pub mod ranking;
pub mod score_order;
