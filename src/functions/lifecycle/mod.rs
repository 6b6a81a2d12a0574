//! The lifecycle stage of a customer, with its reason and its changes.

pub mod explain_customer;
pub mod explain_lifecycle;
pub mod history_stages;
pub mod lifecycle;
pub mod lifecycle_reason;
pub mod lifecycle_stage;
pub mod stage;
