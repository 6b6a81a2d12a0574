//! What a customer is worth, and the importance tiers.

pub mod customer_value;
pub mod explain_importance;
pub mod history_values;
pub mod importance;
pub mod importance_tier;
pub mod order_value;
