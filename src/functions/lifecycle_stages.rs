//! All lifecycle stages in their order, for results that show the empty ones too.

use crate::duckdb::Scalar;
use crate::error::Result;
use crate::models::lifecycle::LifecycleStage;

/// `__audience_lifecycle_stages() → ENUM[]`
pub struct LifecycleStages;

impl Scalar for LifecycleStages {
    const NAME: &'static str = "__audience_lifecycle_stages";
    type Args<'a> = ();
    type Out = Vec<LifecycleStage>;

    fn call((): ()) -> Result<Option<Vec<LifecycleStage>>> {
        use LifecycleStage::{Active, JustOrdered, Lost, SlippingAway};
        Ok(Some(vec![JustOrdered, Active, SlippingAway, Lost]))
    }
}
