//! Everything that decides one customer's stage, step by step.

use crate::duckdb::{Date, List, Scalar, sql_struct};
use crate::error::Result;
use crate::functions::history::Model;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::models::lifecycle::explanation::explain;
use crate::models::numerics::checks::finite_day;
use crate::models::numerics::memory::try_collected;

sql_struct! {
    /// One step of the explanation.
    pub struct StepRow {
        /// What it is about.
        pub topic: String,
        /// Its value, short.
        pub value: String,
        /// Where the value comes from.
        pub explanation: String,
    }
}

/// `__audience_explain_customer(log STRUCT[], model, as_of, just_ordered_days) → STRUCT[]`
pub struct ExplainCustomer;

impl Scalar for ExplainCustomer {
    const NAME: &'static str = "__audience_explain_customer";
    type Args<'a> = (List<'a, Day>, Model, Date, i32);
    type Out = Vec<StepRow>;

    fn call(
        (log, model, as_of, just_ordered_days): Self::Args<'_>,
    ) -> Result<Option<Vec<StepRow>>> {
        let log = try_collected(days(&log))?;
        let as_of = finite_day("as_of", as_of.0)?;
        let steps = explain(&log, &model.try_into()?, as_of, just_ordered_days)?;
        let steps = steps.into_iter().map(|step| StepRow {
            topic: step.topic.to_owned(),
            value: step.value,
            explanation: step.explanation,
        });
        Ok(Some(steps.collect()))
    }
}
