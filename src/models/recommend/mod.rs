//! Product affinity and recommendations: which products are bought together, and which to offer
//! next.
//!
//! In the order of the work: [`matrix`] holds the purchases, [`together`] counts common buyers,
//! [`neighbours`] fits the weights between products, and [`offer`] picks the products for a basket.

pub mod discovery;
pub mod fisher;
pub mod matrix;
pub mod neighbours;
pub mod offer;
pub mod together;
