//! What is wrong with a table of trigger rules.

use super::trigger_rules::RawRule;
use crate::duckdb::{Scalar, sql_enum, sql_struct};
use crate::error::Result;
use crate::models::campaigns::triggers::{Severity, problems};

sql_enum!(Severity: Error, Warning);

sql_struct! {
    /// A problem with a rule, or with the table where there is no name.
    pub struct Problem {
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
    type Args<'a> = (Vec<RawRule>,);
    type Out = Vec<Problem>;

    fn call((rules,): Self::Args<'_>) -> Result<Option<Vec<Problem>>> {
        let rules: Vec<_> = rules.into_iter().map(Into::into).collect();
        let found = problems(&rules).into_iter().map(|problem| Problem {
            name: problem.name,
            severity: problem.severity,
            problem: problem.problem,
        });
        Ok(Some(found.collect()))
    }
}
