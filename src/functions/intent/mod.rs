//! Purchase intent: who wants to buy any product of a set.

pub mod basket;
pub mod explain_intent;
pub mod intent_calibration;
pub mod intent_scales;
pub mod intent_scores;
pub mod intent_weights;
pub mod keyword;
pub mod label_members;
