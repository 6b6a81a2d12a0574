//! Who is like the customers of a seed, by when, how often and for how much they buy, and what.
//!
//! In the order of the work: the [`profile`] of every customer goes into a bounded [`sample`],
//! from which come the [`model`] and its [`quality`]. Taste is that of
//! [`crate::models::intent`], with the seed in the place of a label.

pub mod model;
pub mod profile;
pub mod quality;
pub mod sample;

/// Parts of the seed that are hidden in turn to see whether the model finds them.
pub const FOLDS: usize = 5;
