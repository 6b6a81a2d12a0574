//! Everything that decides one customer's stage, step by step.

use crate::duckdb::{Date, List, Scalar, sql_row};
use crate::error::Result;
use crate::functions::history::StageArguments;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::models::lifecycle::explanation::{Step, explain};
use crate::models::numerics::checks::finite_day;
use crate::models::numerics::memory::try_collected;
use crate::models::prediction::shop_model::ShopModel;

sql_row!(Write for Step { topic: &'static str, value: String, explanation: String });

/// `__audience_explain_customer(log STRUCT[], model BLOB, as_of, options STRUCT) → STRUCT[]`
pub struct ExplainCustomer;

impl Scalar for ExplainCustomer {
    const NAME: &'static str = "__audience_explain_customer";
    type Args<'a> = (List<'a, Day>, &'a [u8], Date, StageArguments);
    type Out = Vec<Step>;

    fn call((log, model, as_of, options): Self::Args<'_>) -> Result<Option<Vec<Step>>> {
        let log = try_collected(days(&log))?;
        let as_of = finite_day("as_of", as_of.0)?;
        explain(&log, &ShopModel::unpacked(model)?, as_of, options.0).map(Some)
    }
}
