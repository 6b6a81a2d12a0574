//! Which products are bought together, and which to offer next.

pub mod affinity;
pub mod bought_together;
pub mod common_buyers;
pub mod discoveries;
pub mod offers;
pub mod product_buyers;
pub mod product_catalogue;
pub mod product_weights;
pub mod purchase_matrix;
pub mod q_value;
