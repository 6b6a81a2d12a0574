//! Purchase intent: who wants to buy any product of a set.

use crate::duckdb::{Room, aggregate, scalar};
use crate::models::intent::evidence::Evidence;

pub mod basket;
pub mod explain_intent;
pub mod intent_calibration;
pub mod intent_scales;
pub mod intent_scores;
pub mod intent_weights;
pub mod keyword;
pub mod label_members;

pub(super) const ROOM: Room = Room {
    functions: &[
        aggregate::<basket::Basket>,
        scalar::<explain_intent::ExplainIntent>,
        aggregate::<intent_calibration::IntentCalibration>,
        aggregate::<intent_scales::IntentScales>,
        scalar::<intent_scores::IntentScores>,
        aggregate::<intent_weights::IntentWeights>,
        scalar::<keyword::Keyword>,
        aggregate::<label_members::LabelMembers>,
    ],
    types: &[("evidence", &Evidence::LABELS)],
    macros: &[
        include_str!("../../../sql/intent/__intent_options.sql"),
        include_str!("../../../sql/intent/__intent_reason.sql"),
        include_str!("../../../sql/intent/__intent_reasons.sql"),
        include_str!("../../../sql/intent/__intent_model.sql"),
        include_str!("../../../sql/intent/__intent_ranks.sql"),
        include_str!("../../../sql/intent/__labelled_baskets.sql"),
        include_str!("../../../sql/intent/__named_products.sql"),
        include_str!("../../../sql/intent/__labels_met.sql"),
        include_str!("../../../sql/intent/__interests.sql"),
        include_str!("../../../sql/intent/bought.sql"),
        include_str!("../../../sql/intent/cross_sell.sql"),
        include_str!("../../../sql/intent/interested_in.sql"),
        include_str!("../../../sql/intent/interests.sql"),
    ],
};
