//! Whether, when and how often a customer buys again: the purchase model and what follows from it.

mod log_sums;
pub mod mbg_nbd;
pub mod mbg_nbd_fit;
pub mod model;
pub mod model_fit;
pub mod model_history;
pub mod typical_gap;
