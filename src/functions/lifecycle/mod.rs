//! The lifecycle stage of a customer, with its reason and its changes.

use crate::duckdb::{Room, aggregate, scalar};
use crate::functions::history;
use crate::models::lifecycle::rules::LifecycleStage;

pub mod explain_customer;
pub mod explain_lifecycle;
pub mod history_stages;
pub mod lifecycle;
pub mod lifecycle_reason;
pub mod lifecycle_sql;
pub mod lifecycle_stage;
pub mod stage;

pub(super) const ROOM: Room = Room {
    functions: &[
        scalar::<explain_customer::ExplainCustomer>,
        scalar::<explain_lifecycle::ExplainLifecycle>,
        aggregate::<history_stages::HistoryStages>,
        scalar::<lifecycle::Lifecycle>,
        history::register::<lifecycle_reason::LifecycleReason>,
        lifecycle_sql::register,
        history::register::<lifecycle_stage::LifecycleStage>,
        scalar::<stage::Stage>,
    ],
    types: &[("lifecycle_stage", &LifecycleStage::LABELS)],
    macros: &[
        include_str!("../../../sql/lifecycle/__customer_columns.sql"),
        include_str!("../../../sql/lifecycle/__history_after.sql"),
        include_str!("../../../sql/lifecycle/__lifecycle_options.sql"),
        include_str!("../../../sql/lifecycle/__stage_models.sql"),
        include_str!("../../../sql/lifecycle/__stage_changes.sql"),
        include_str!("../../../sql/lifecycle/__won_back.sql"),
        include_str!("../../../sql/lifecycle/__compared_stages.sql"),
        include_str!("../../../sql/lifecycle/explain_customer.sql"),
        include_str!("../../../sql/lifecycle/lifecycle_changes.sql"),
        include_str!("../../../sql/lifecycle/lifecycle_history.sql"),
        include_str!("../../../sql/lifecycle/lifecycle_stage.sql"),
        include_str!("../../../sql/lifecycle/lifecycle_transitions.sql"),
        include_str!("../../../sql/lifecycle/won_back.sql"),
    ],
};
