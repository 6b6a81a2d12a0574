//! What a customer is worth, and the importance tiers.

use crate::duckdb::{Room, aggregate, scalar};
use crate::functions::history;
use crate::models::value::tiers::ImportanceTier;

pub mod at_least;
pub mod customer_value;
pub mod explain_importance;
pub mod history_values;
pub mod importance;
pub mod importance_outline;
pub mod importance_tier;
pub mod order_value;
pub mod spend_fit;
pub mod value_interval;

pub(super) const ROOM: Room = Room {
    functions: &[
        scalar::<at_least::AtLeast>,
        scalar::<customer_value::CustomerValue>,
        scalar::<explain_importance::ExplainImportance>,
        scalar::<history_values::HistoryValues>,
        aggregate::<importance::Importance>,
        aggregate::<importance_outline::ImportanceOutline>,
        scalar::<importance_tier::ImportanceTier>,
        history::register::<order_value::OrderValue>,
        aggregate::<spend_fit::SpendFit>,
        scalar::<value_interval::ValueInterval>,
    ],
    types: &[("importance_tier", &ImportanceTier::LABELS)],
    macros: &[
        include_str!("../../../sql/value/__importance.sql"),
        include_str!("../../../sql/value/__vip_values.sql"),
        include_str!("../../../sql/value/__value_options.sql"),
        include_str!("../../../sql/value/__valued.sql"),
        include_str!("../../../sql/value/__value_ranks.sql"),
        include_str!("../../../sql/value/at_least.sql"),
        include_str!("../../../sql/value/customer_values.sql"),
        include_str!("../../../sql/value/importance_tier.sql"),
    ],
};
