//! Whether, when and how often a customer buys again: the purchase model and what follows from it.

pub mod alive_probability;
pub mod expected_purchases;
pub mod forecast;
pub mod given_model;
pub mod history_models;
pub mod next_order_date;
pub mod purchase_model_fit;
pub mod return_probability;
pub mod typical_gap;
pub mod usual_gap_days;
