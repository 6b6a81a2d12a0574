//! The registry: every SQL function and macro of the extension, one line each.
//!
//! A function's file has the function's SQL name; internal functions are registered
//! with the prefix `__audience_`. A macro's file in sql/ has the macro's name.

use crate::duckdb::{Connection, Room, aggregate, scalar};
use crate::error::Result;
use crate::history;
use crate::models;

pub mod affinity;
pub mod alive_probability;
pub mod audience_sql;
pub mod basket;
pub mod bought_together;
pub mod campaign_uplift;
pub mod cohorts;
pub mod common_buyers;
pub mod contact_stage;
pub mod customer_value;
pub mod definition_check;
pub mod definitions;
pub mod demo_contacts;
pub mod demo_lines;
pub mod demo_orders;
pub mod discoveries;
pub mod engagement;
pub mod essential_segment;
pub mod event_score;
pub mod exact_sum;
pub mod expected_purchases;
pub mod explain_contact;
pub mod explain_customer;
pub mod explain_importance;
pub mod explain_intent;
pub mod explain_lifecycle;
pub mod forecast;
pub mod given_model;
pub mod hash_identifier;
pub mod history_models;
pub mod history_stages;
pub mod history_values;
pub mod holdout_group;
pub mod identify;
pub mod importance;
pub mod importance_tier;
pub mod intent_calibration;
pub mod intent_scales;
pub mod intent_scores;
pub mod intent_weights;
pub mod keyword;
pub mod label_members;
pub mod lapse_threshold;
pub mod lifecycle;
pub mod lifecycle_reason;
pub mod lifecycle_stage;
pub mod lookalike_fit;
pub mod lookalike_score;
pub mod matches;
pub mod matching_set;
pub mod member_set;
pub mod members;
pub mod newcombe;
pub mod next_order_date;
pub mod normalize_email;
pub mod normalize_name;
pub mod normalize_phone;
pub mod normalize_zip;
pub mod offers;
pub mod order_gaps;
pub mod order_value;
pub mod product_buyers;
pub mod product_catalogue;
pub mod product_weights;
pub mod purchase_days;
pub mod purchase_history;
pub mod purchase_log;
pub mod purchase_matrix;
pub mod purchase_model_fit;
pub mod q_value;
pub mod ranking;
pub mod return_probability;
pub mod rf_segment;
pub mod rfm_segment;
pub mod score;
pub mod score_cuts;
pub mod score_order;
pub mod set_difference;
pub mod set_overlap;
pub mod set_totals;
pub mod stage;
pub mod telling_product;
pub mod trigger_check;
pub mod trigger_rules;
pub mod trigger_simulation;
pub mod typical_gap;
pub mod usual_gap_days;

/// Everything.
pub(crate) const ROOMS: &[Room] = &[Room {
    functions: FUNCTIONS,
    types: TYPES,
    macros: MACROS,
}];

const FUNCTIONS: &[fn(&Connection) -> Result<()>] = &[
    aggregate::<basket::BasketAggregate>,
    aggregate::<campaign_uplift::CampaignUplift>,
    aggregate::<cohorts::CohortsAggregate>,
    aggregate::<common_buyers::CommonBuyers>,
    aggregate::<discoveries::DiscoveriesAggregate>,
    aggregate::<history_models::HistoryModels>,
    aggregate::<history_stages::HistoryStages>,
    aggregate::<importance::ImportanceAggregate>,
    aggregate::<intent_calibration::IntentCalibration>,
    aggregate::<intent_scales::IntentScales>,
    aggregate::<intent_weights::IntentWeights>,
    aggregate::<label_members::LabelMembers>,
    aggregate::<lapse_threshold::LapseThresholdAggregate>,
    aggregate::<member_set::MemberSet>,
    aggregate::<lookalike_fit::Fit>,
    aggregate::<order_gaps::OrderGapsAggregate>,
    aggregate::<product_weights::ProductWeights>,
    aggregate::<purchase_history::PurchaseHistory>,
    aggregate::<purchase_log::PurchaseLogAggregate>,
    aggregate::<purchase_matrix::PurchaseMatrix>,
    aggregate::<purchase_model_fit::PurchaseModelFit>,
    aggregate::<ranking::RankingAggregate>,
    aggregate::<score_cuts::ScoreCutsAggregate>,
    aggregate::<set_overlap::SetOverlap>,
    aggregate::<set_totals::SetTotals>,
    aggregate::<score_order::ScoreOrder>,
    aggregate::<exact_sum::ExactSum>,
    aggregate::<purchase_days::PurchaseDaysAggregate>,
    aggregate::<trigger_simulation::TriggerSimulation>,
    aggregate::<typical_gap::TypicalGapAggregate>,
    history::register::<alive_probability::AliveProbability>,
    history::register::<expected_purchases::ExpectedPurchases>,
    history::register::<lifecycle_reason::LifecycleReason>,
    history::register::<lifecycle_stage::LifecycleStageFunction>,
    history::register::<next_order_date::NextOrderDate>,
    history::register::<order_value::OrderValue>,
    history::register::<return_probability::ReturnProbability>,
    history::register::<usual_gap_days::UsualGapDays>,
    audience_sql::register,
    holdout_group::register,
    rfm_segment::register,
    scalar::<affinity::Affinity>,
    scalar::<bought_together::BoughtTogether>,
    scalar::<contact_stage::Assess>,
    scalar::<customer_value::Value>,
    scalar::<definition_check::DefinitionCheck>,
    scalar::<definitions::Definitions>,
    scalar::<demo_contacts::DemoContacts>,
    scalar::<demo_lines::DemoLines>,
    scalar::<demo_orders::DemoOrders>,
    scalar::<engagement::Level>,
    scalar::<essential_segment::Segment>,
    scalar::<event_score::EventScore>,
    scalar::<explain_contact::Explain>,
    scalar::<explain_customer::ExplainCustomer>,
    scalar::<explain_importance::Explain>,
    scalar::<explain_intent::Explain>,
    scalar::<explain_lifecycle::Explain>,
    scalar::<forecast::Predict>,
    scalar::<given_model::GivenModel>,
    scalar::<hash_identifier::HashIdentifier>,
    scalar::<identify::Identify>,
    scalar::<history_values::HistoryValues>,
    scalar::<importance_tier::Tier>,
    scalar::<intent_scores::IntentScores>,
    scalar::<keyword::Keyword>,
    scalar::<lifecycle::Assess>,
    scalar::<lookalike_score::Score>,
    scalar::<offers::Offers>,
    scalar::<product_buyers::Buyers>,
    scalar::<product_catalogue::ProductCatalogue>,
    scalar::<q_value::QValue>,
    scalar::<matches::Matches>,
    scalar::<matching_set::MatchingSet>,
    scalar::<members::Members>,
    scalar::<rf_segment::Segment>,
    scalar::<newcombe::Newcombe>,
    scalar::<normalize_email::NormalizeEmail>,
    scalar::<normalize_name::NormalizeName>,
    scalar::<normalize_phone::NormalizePhone>,
    scalar::<normalize_zip::NormalizeZip>,
    scalar::<score::Score>,
    scalar::<set_difference::SetDifference>,
    scalar::<stage::Stage>,
    scalar::<telling_product::Telling>,
    scalar::<trigger_check::TriggerCheck>,
    scalar::<trigger_rules::TriggerRules>,
];

/// The ENUM types that results have, by the names that the catalog gives them.
const TYPES: &[(&str, &[&str])] = &[
    (
        "contact_stage",
        &models::contact_stage::ContactStage::LABELS,
    ),
    ("engagement", &models::engagement::Engagement::LABELS),
    (
        "essential_segment",
        &models::essential_segment::EssentialSegment::LABELS,
    ),
    ("evidence", &models::intent::evidence::Evidence::LABELS),
    ("importance_tier", &models::tiers::ImportanceTier::LABELS),
    (
        "lifecycle_stage",
        &models::lifecycle::LifecycleStage::LABELS,
    ),
    (
        "recommendation_source",
        &models::recommend::offer::Source::LABELS,
    ),
    ("rf_segment", &models::rf_segment::RfSegment::LABELS),
    ("rfm_segment", &models::rfm::RfmSegment::LABELS),
];

/// The source of every macro. The internal ones come first.
const MACROS: &[&str] = &[
    include_str!("../../sql/__audiences.sql"),
    include_str!("../../sql/__backtest_histories.sql"),
    include_str!("../../sql/__backtest_options.sql"),
    include_str!("../../sql/__backtest_rules.sql"),
    include_str!("../../sql/__checked_days.sql"),
    include_str!("../../sql/__clock.sql"),
    include_str!("../../sql/__comparable_keys.sql"),
    include_str!("../../sql/__contacts.sql"),
    include_str!("../../sql/__days_since.sql"),
    include_str!("../../sql/__definition_table.sql"),
    include_str!("../../sql/__fit.sql"),
    include_str!("../../sql/triggers.sql"),
    include_str!("../../sql/__triggers.sql"),
    include_str!("../../sql/__no_log.sql"),
    include_str!("../../sql/__rule_table.sql"),
    include_str!("../../sql/__rules.sql"),
    include_str!("../../sql/__intent_options.sql"),
    include_str!("../../sql/__interests.sql"),
    include_str!("../../sql/__histories.sql"),
    include_str!("../../sql/__identified.sql"),
    include_str!("../../sql/__latest_groups.sql"),
    include_str!("../../sql/__lifecycle_options.sql"),
    include_str!("../../sql/__logs.sql"),
    include_str!("../../sql/__member_sets.sql"),
    include_str!("../../sql/__lookalike_customers.sql"),
    include_str!("../../sql/__lookalike_fit.sql"),
    include_str!("../../sql/__no_events.sql"),
    include_str!("../../sql/__one_phone.sql"),
    include_str!("../../sql/__once.sql"),
    include_str!("../../sql/__peer_gaps.sql"),
    include_str!("../../sql/__periods.sql"),
    include_str!("../../sql/__history_periods.sql"),
    include_str!("../../sql/__customers_history.sql"),
    include_str!("../../sql/__purchase_days.sql"),
    include_str!("../../sql/__stage_changes.sql"),
    include_str!("../../sql/audience_changes.sql"),
    include_str!("../../sql/audience_history.sql"),
    include_str!("../../sql/audience_overlap.sql"),
    include_str!("../../sql/audience_summary.sql"),
    include_str!("../../sql/backtest.sql"),
    include_str!("../../sql/backtest_summary.sql"),
    include_str!("../../sql/bought.sql"),
    include_str!("../../sql/campaign_uplift.sql"),
    include_str!("../../sql/cohorts.sql"),
    include_str!("../../sql/contact_actions.sql"),
    include_str!("../../sql/contact_stage.sql"),
    include_str!("../../sql/cross_sell.sql"),
    include_str!("../../sql/customers.sql"),
    include_str!("../../sql/definition_check.sql"),
    include_str!("../../sql/demo_contacts.sql"),
    include_str!("../../sql/demo_lines.sql"),
    include_str!("../../sql/demo_orders.sql"),
    include_str!("../../sql/essential_segments.sql"),
    include_str!("../../sql/export_audit.sql"),
    include_str!("../../sql/explain_customer.sql"),
    include_str!("../../sql/google_customer_match.sql"),
    include_str!("../../sql/importance_tier.sql"),
    include_str!("../../sql/intent_backtest.sql"),
    include_str!("../../sql/interested_in.sql"),
    include_str!("../../sql/interests.sql"),
    include_str!("../../sql/klaviyo_profiles.sql"),
    include_str!("../../sql/lapse_threshold.sql"),
    include_str!("../../sql/lifecycle_changes.sql"),
    include_str!("../../sql/lifecycle_history.sql"),
    include_str!("../../sql/lifecycle_stage.sql"),
    include_str!("../../sql/lifecycle_transitions.sql"),
    include_str!("../../sql/mailchimp_contacts.sql"),
    include_str!("../../sql/members.sql"),
    include_str!("../../sql/meta_custom_audience.sql"),
    include_str!("../../sql/lookalike_quality.sql"),
    include_str!("../../sql/lookalikes.sql"),
    include_str!("../../sql/order_gaps.sql"),
    include_str!("../../sql/product_affinity.sql"),
    include_str!("../../sql/purchase_history.sql"),
    include_str!("../../sql/purchase_model.sql"),
    include_str!("../../sql/purchase_model_fit.sql"),
    include_str!("../../sql/recommend.sql"),
    include_str!("../../sql/rf_segment.sql"),
    include_str!("../../sql/rfm.sql"),
    include_str!("../../sql/tiktok_custom_audience.sql"),
    include_str!("../../sql/trigger_check.sql"),
    include_str!("../../sql/trigger_due.sql"),
    include_str!("../../sql/trigger_results.sql"),
    include_str!("../../sql/trigger_simulation.sql"),
];
