//! What is due again, and to whom.

use crate::duckdb::{Room, aggregate, scalar};

pub mod explain_repurchase;
pub mod product_pace;
pub mod product_purchases;
pub mod repurchase;
pub mod repurchase_fit;

pub(super) const ROOM: Room = Room {
    functions: &[
        scalar::<explain_repurchase::ExplainRepurchase>,
        aggregate::<product_pace::ProductPace>,
        aggregate::<product_purchases::ProductPurchases>,
        scalar::<repurchase::Repurchase>,
        aggregate::<repurchase_fit::RepurchaseFit>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/replenishment/__product_purchases.sql"),
        include_str!("../../../sql/replenishment/__repurchases.sql"),
        include_str!("../../../sql/replenishment/replenishment.sql"),
    ],
};
