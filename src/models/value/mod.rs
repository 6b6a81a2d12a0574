//! What a customer is worth, and the importance tiers.

pub mod horizon;
pub mod reason;
pub mod spend;
pub mod spend_fit;
pub mod tiers;
pub mod vips;
