//! Lookalikes: how much customers are like those of a seed, by when, how often and for how much
//! they buy, and by what they buy.
//!
//! In the order of the work: the [`profile`] of every customer goes into a bounded [`sample`],
//! which gives the [`model`] and its [`quality`]. Taste is the similarity of
//! [`crate::models::intent`], with the seed as the label.

pub mod model;
pub mod profile;
pub mod quality;
pub mod sample;

/// Folds of the seed, which are hidden in turn to see whether the model finds them.
pub const FOLDS: usize = 5;
