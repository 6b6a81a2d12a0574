//! `lifecycle_stage(history, model, as_of)`: Just Ordered (within 30 days), Active,
//! Slipping Away or Lost, judged against the customer's own rhythm.
//!
//! `history` is the STRUCT of `audience.purchase_history` or a `DATE[]`; a NULL model
//! means the documented prior; any other NULL gives NULL.

use crate::duckdb::sql_enum;
use crate::error::Result;
use crate::history::HistoryFunction;
use crate::history::JUST_ORDERED_DAYS;
use crate::models::lifecycle::{self, LifecycleStage};
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;

sql_enum!(LifecycleStage: JustOrdered, Active, SlippingAway, Lost);

/// `lifecycle_stage`
pub struct LifecycleStageFunction;

impl HistoryFunction for LifecycleStageFunction {
    const NAME: &'static str = "lifecycle_stage";
    type More<'a> = ();
    type Out = LifecycleStage;

    fn evaluate(
        history: &PurchaseHistory,
        model: &PurchaseModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<LifecycleStage>> {
        lifecycle::stage(history, model, as_of, JUST_ORDERED_DAYS).map(Some)
    }
}
