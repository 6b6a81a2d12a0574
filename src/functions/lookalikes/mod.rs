//! Who is like the customers of a seed.

pub mod lookalike_fit;
pub mod lookalike_score;
pub mod telling_product;
