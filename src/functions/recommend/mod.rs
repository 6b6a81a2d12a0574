//! Which products are bought together, and which to offer next.

use crate::duckdb::{Room, aggregate, scalar};
use crate::models::recommend::offer::Source;

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

pub(super) const ROOM: Room = Room {
    functions: &[
        scalar::<affinity::Affinity>,
        scalar::<bought_together::BoughtTogether>,
        aggregate::<common_buyers::CommonBuyers>,
        aggregate::<discoveries::Discoveries>,
        scalar::<offers::Offers>,
        scalar::<product_buyers::ProductBuyers>,
        scalar::<product_catalogue::ProductCatalogue>,
        aggregate::<product_weights::ProductWeights>,
        aggregate::<purchase_matrix::PurchaseMatrix>,
        scalar::<q_value::QValue>,
    ],
    types: &[("recommendation_source", &Source::LABELS)],
    macros: &[
        include_str!("../../../sql/recommend/__affine_pairs.sql"),
        include_str!("../../../sql/recommend/__listed_pairs.sql"),
        include_str!("../../../sql/recommend/__affinity_columns.sql"),
        include_str!("../../../sql/recommend/__orders_given.sql"),
        include_str!("../../../sql/recommend/__affinity_baskets.sql"),
        include_str!("../../../sql/recommend/__affinity_options.sql"),
        include_str!("../../../sql/recommend/__most_compared.sql"),
        include_str!("../../../sql/recommend/__product_baskets.sql"),
        include_str!("../../../sql/recommend/__recommend_options.sql"),
        include_str!("../../../sql/recommend/__recommended_products.sql"),
        include_str!("../../../sql/recommend/product_affinity.sql"),
        include_str!("../../../sql/recommend/recommend.sql"),
    ],
};
