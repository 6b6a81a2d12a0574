//! What a customer is worth, and the importance tiers.

pub mod reason;
pub mod tiers;
