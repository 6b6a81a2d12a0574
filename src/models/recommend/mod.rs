//! Which products are bought together, and which to offer next.
//!
//! In the order of the work: [`matrix`] holds who bought what, [`together`] counts common
//! buyers, [`neighbours`] weighs what speaks for a product, and [`offer`] reads a basket.

pub mod discovery;
pub mod fisher;
pub mod matrix;
pub mod neighbours;
pub mod offer;
pub mod together;
