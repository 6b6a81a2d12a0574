//! The lifecycle stage of a customer, with its reason and its changes.

pub mod explanation;
pub mod lifecycle;
mod next_stage;
pub mod reason;
pub mod rules;
pub mod warehouse;
