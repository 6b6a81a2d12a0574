//! What is due again: the purchases of a product by a customer, the model of the gaps between
//! them, and what it says in a sentence.

pub mod gap_fit;
pub mod gap_model;
pub mod pace;
pub mod product_purchases;
pub mod sentence;
