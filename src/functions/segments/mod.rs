//! Segments by fixed rules: RFM, RF, essential segments, engagement and contact stages.

use crate::duckdb::{Room, aggregate, scalar};
use crate::models::segments::contact_stage::ContactStage;
use crate::models::segments::engagement::Engagement;
use crate::models::segments::essential_segment::EssentialSegment;
use crate::models::segments::rf_segment::RfSegment;
use crate::models::segments::rfm::RfmSegment;

pub mod arguments;
pub mod contact_stage;
pub mod engagement;
pub mod essential_segment;
pub mod event_score;
pub mod explain_contact;
pub mod rf_segment;
pub mod rfm_segment;
pub mod score;
pub mod score_cuts;
pub mod score_outline;

pub(super) const ROOM: Room = Room {
    functions: &[
        scalar::<contact_stage::ContactStage>,
        scalar::<engagement::Engagement>,
        scalar::<essential_segment::EssentialSegment>,
        scalar::<event_score::EventScore>,
        scalar::<explain_contact::ExplainContact>,
        scalar::<rf_segment::RfSegment>,
        rfm_segment::register,
        scalar::<score::Score>,
        aggregate::<score_cuts::ScoreCuts>,
        aggregate::<score_outline::ScoreOutline>,
    ],
    types: &[
        ("contact_stage", &ContactStage::LABELS),
        ("engagement", &Engagement::LABELS),
        ("essential_segment", &EssentialSegment::LABELS),
        ("rf_segment", &RfSegment::LABELS),
        ("rfm_segment", &RfmSegment::LABELS),
    ],
    macros: &[
        include_str!("../../../sql/segments/__checked_cuts.sql"),
        include_str!("../../../sql/segments/__rfm_options.sql"),
        include_str!("../../../sql/segments/__rfm_values.sql"),
        include_str!("../../../sql/segments/__rfm_cuts.sql"),
        include_str!("../../../sql/segments/__rfm_columns.sql"),
        include_str!("../../../sql/segments/__contacts.sql"),
        include_str!("../../../sql/segments/__event_kinds.sql"),
        include_str!("../../../sql/segments/__engagement_scores.sql"),
        include_str!("../../../sql/segments/__given_events.sql"),
        include_str!("../../../sql/segments/__given_lapse.sql"),
        include_str!("../../../sql/segments/__shop_lapse.sql"),
        include_str!("../../../sql/segments/contact_actions.sql"),
        include_str!("../../../sql/segments/__contact_columns.sql"),
        include_str!("../../../sql/segments/contact_stage.sql"),
        include_str!("../../../sql/segments/essential_segments.sql"),
        include_str!("../../../sql/segments/rf_segment.sql"),
        include_str!("../../../sql/segments/rfm.sql"),
    ],
};
