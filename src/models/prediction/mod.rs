//! Whether, when and how often a customer buys again: the purchase model and what follows from it.

pub(super) mod dated_samples;
pub mod features;
pub mod learned;
pub mod learned_fit;
pub mod lessons;
pub(super) mod log_sums;
pub mod mbg_nbd;
pub mod mbg_nbd_fit;
pub mod model;
pub mod model_fit;
pub mod model_history;
pub(super) mod packed_history;
pub mod packed_model;
pub mod purchase_outlook;
pub mod sample;
pub mod season_fit;
pub mod seasons;
pub mod shop_model;
pub mod traits;
pub mod typical_gap;
pub mod windows;
