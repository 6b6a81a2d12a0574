//! What is wrong with a table of trigger rules.

use super::trigger_rules::RuleRow;
use crate::duckdb::{Scalar, sql_struct};
use crate::error::Result;
use crate::models::audiences::definition::Severity;
use crate::models::campaigns::triggers::problems;

sql_struct! {
    /// A problem with a rule, or with the table where there is no name.
    pub struct ProblemRow {
        /// The rule.
        pub name: Option<String>,
        /// How bad it is.
        pub severity: Severity,
        /// What it is.
        pub problem: String,
    }
}

/// `__audience_trigger_check(rules STRUCT[]) → STRUCT[]`
pub struct TriggerCheck;

impl Scalar for TriggerCheck {
    const NAME: &'static str = "__audience_trigger_check";
    type Args<'a> = (Vec<RuleRow>,);
    type Out = Vec<ProblemRow>;

    fn call((rules,): Self::Args<'_>) -> Result<Option<Vec<ProblemRow>>> {
        let rules: Vec<_> = rules.into_iter().map(Into::into).collect();
        let found = problems(&rules).into_iter().map(|problem| ProblemRow {
            name: problem.name,
            severity: problem.severity,
            problem: problem.problem,
        });
        Ok(Some(found.collect()))
    }
}
