//! What is wrong with a table of trigger rules.

use super::trigger_rules::RuleRow;
use crate::duckdb::{Scalar, sql_row};
use crate::error::Result;
use crate::models::audiences::definition::Severity;
use crate::models::campaigns::triggers::{RuleProblem, problems};

sql_row!(Write for RuleProblem { name: Option<String>, severity: Severity, problem: String });

/// `__audience_trigger_check(rules STRUCT[]) → STRUCT[]`
pub struct TriggerCheck;

impl Scalar for TriggerCheck {
    const NAME: &'static str = "__audience_trigger_check";
    type Args<'a> = (Vec<RuleRow>,);
    type Out = Vec<RuleProblem>;

    fn call((rules,): Self::Args<'_>) -> Result<Option<Vec<RuleProblem>>> {
        let rules: Vec<_> = rules.into_iter().map(|given| given.0).collect();
        Ok(Some(problems(&rules)))
    }
}
