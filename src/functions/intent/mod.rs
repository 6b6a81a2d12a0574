//! Purchase intent: who wants to buy any product of a set.

use crate::duckdb::{Room, aggregate, scalar};
use crate::functions::mergeable;
use crate::models::intent::evidence::Evidence;

pub mod basket;
pub mod explain_intent;
pub mod intent_calibration;
pub mod intent_scales;
pub mod intent_scores;
pub mod intent_weights;
pub mod is_label_member;
pub mod keyword;
pub mod label_members;

pub(super) const ROOM: Room = Room {
    functions: &[
        aggregate::<basket::Basket>,
        scalar::<explain_intent::ExplainIntent>,
        mergeable::register::<intent_calibration::IntentCalibration>,
        mergeable::register::<intent_scales::IntentScales>,
        scalar::<intent_scores::IntentScores>,
        mergeable::register::<intent_weights::IntentWeights>,
        scalar::<is_label_member::IsLabelMember>,
        scalar::<keyword::Keyword>,
        aggregate::<label_members::LabelMembers>,
    ],
    types: &[("evidence", &Evidence::LABELS)],
    macros: &[
        include_str!("../../../sql/intent/__intent_options.sql"),
        include_str!("../../../sql/intent/__intent_reason.sql"),
        include_str!("../../../sql/intent/__intent_reasons.sql"),
        include_str!("../../../sql/intent/__intent_counts_fit.sql"),
        include_str!("../../../sql/intent/__intent_model.sql"),
        include_str!("../../../sql/intent/__intent_ranks.sql"),
        include_str!("../../../sql/intent/__labelled_baskets.sql"),
        include_str!("../../../sql/intent/__named_products.sql"),
        include_str!("../../../sql/intent/__labels_met.sql"),
        include_str!("../../../sql/intent/__numbered_pairs.sql"),
        include_str!("../../../sql/intent/__interest_rows.sql"),
        include_str!("../../../sql/intent/__interest_columns.sql"),
        include_str!("../../../sql/intent/__interests.sql"),
        include_str!("../../../sql/intent/bought.sql"),
        include_str!("../../../sql/intent/cross_sell.sql"),
        include_str!("../../../sql/intent/interested_in.sql"),
        include_str!("../../../sql/intent/interests.sql"),
    ],
};
