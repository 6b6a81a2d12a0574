//! `lifecycle_reason(history, model, as_of)`: the lifecycle stage's reason in numbers, in
//! one sentence.
//!
//! `history` is the STRUCT of `audience.purchase_history` or a `DATE[]`; a NULL model
//! means the documented prior; any other NULL gives NULL.

use crate::error::Result;
use crate::history::HistoryFunction;
use crate::history::{HORIZON_DAYS, JUST_ORDERED_DAYS};
use crate::models::model::PurchaseModel;
use crate::models::purchases::PurchaseHistory;
use crate::models::{lifecycle, reason};

/// `lifecycle_reason`
pub struct LifecycleReason;

impl HistoryFunction for LifecycleReason {
    const NAME: &'static str = "lifecycle_reason";
    type More<'a> = ();
    type Out = String;

    fn evaluate(
        history: &PurchaseHistory,
        model: &PurchaseModel,
        as_of: i32,
        (): (),
    ) -> Result<Option<String>> {
        let lifecycle = lifecycle::assess(history, model, as_of, JUST_ORDERED_DAYS, HORIZON_DAYS)?;
        let mut text = String::new();
        reason::lifecycle_reason(
            &mut text,
            &lifecycle,
            history,
            JUST_ORDERED_DAYS,
            HORIZON_DAYS,
        );
        Ok(Some(text))
    }
}
