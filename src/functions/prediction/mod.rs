//! Whether, when and how often a customer buys again: the purchase model and what follows from it.

use crate::duckdb::{Room, aggregate, scalar};
use crate::functions::history;

pub mod alive_probability;
pub mod expected_purchases;
pub mod expected_purchases_interval;
pub mod first_lost_date;
pub mod forecast;
pub mod given_model;
pub mod history_models;
pub mod history_shop_models;
pub mod next_order_date;
pub mod packed_model_fit;
pub mod prediction;
pub mod purchase_model_fit;
pub mod return_probability;
pub mod seasonality;
pub mod stage_model;
pub mod typical_gap;
pub mod unpacked_model;
pub mod usual_gap_days;

pub(super) const ROOM: Room = Room {
    functions: &[
        history::register::<alive_probability::AliveProbability>,
        history::register::<expected_purchases::ExpectedPurchases>,
        history::register::<expected_purchases_interval::ExpectedPurchasesInterval>,
        aggregate::<first_lost_date::FirstLostDate>,
        scalar::<forecast::Forecast>,
        scalar::<given_model::GivenModel>,
        aggregate::<history_models::HistoryModels>,
        aggregate::<history_shop_models::HistoryShopModels>,
        history::register::<next_order_date::NextOrderDate>,
        scalar::<prediction::Prediction>,
        aggregate::<packed_model_fit::PackedModelFit>,
        aggregate::<purchase_model_fit::PurchaseModelFit>,
        history::register::<return_probability::ReturnProbability>,
        aggregate::<seasonality::Seasonality>,
        scalar::<stage_model::StageModel>,
        aggregate::<typical_gap::TypicalGap>,
        scalar::<unpacked_model::UnpackedModel>,
        history::register::<usual_gap_days::UsualGapDays>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/prediction/__model_struct.sql"),
        include_str!("../../../sql/prediction/__model_of.sql"),
        include_str!("../../../sql/prediction/__checked_model.sql"),
        include_str!("../../../sql/prediction/__fit.sql"),
        include_str!("../../../sql/prediction/__peer_gaps.sql"),
        include_str!("../../../sql/prediction/__monthly_purchases.sql"),
        include_str!("../../../sql/prediction/__monthly_shares.sql"),
        include_str!("../../../sql/prediction/purchase_model.sql"),
        include_str!("../../../sql/prediction/purchase_model_fit.sql"),
        include_str!("../../../sql/prediction/seasonality.sql"),
    ],
};
