//! What is wrong with a table of trigger rules.

use crate::duckdb::{Scalar, sql_row};
use crate::error::Result;
use crate::models::audiences::definition::Severity;
use crate::models::campaigns::rule_problems::{RuleProblem, problems};
use crate::models::numerics::packed_rows::unpack_rows;
use std::borrow::Cow;

sql_row!(Write for RuleProblem { name: Option<String>, severity: Severity, problem: String });

/// `__audience_trigger_check(rules VARCHAR) → STRUCT[]`
pub struct TriggerCheck;

impl Scalar for TriggerCheck {
    const NAME: &'static str = "__audience_trigger_check";
    type Args<'a> = (Cow<'a, str>,);
    type Out = Vec<RuleProblem>;

    fn call((rules,): Self::Args<'_>) -> Result<Option<Vec<RuleProblem>>> {
        Ok(Some(problems(&unpack_rows(&rules)?)))
    }
}
