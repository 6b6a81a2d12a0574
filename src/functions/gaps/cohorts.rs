//! The cohort table, from purchase logs in one pass.

use crate::duckdb::{Aggregate, Date, List, sql_row};
use crate::error::Result;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::models::gaps::cohorts::{self, CohortCell};

sql_row!(Write for CohortCell { cohort: i64, age: i64, customers: i64, retained: i64, revenue: Option<f64>, cumulative: Option<f64> });

/// `__audience_cohorts(log STRUCT[], starts DATE[]) → STRUCT[]`; `starts`, the ascending
/// first days of the periods, is the same in every row
pub struct Cohorts;

impl Aggregate for Cohorts {
    const NAME: &'static str = "__audience_cohorts";
    type Args<'a> = (List<'a, Day>, List<'a, Date>);
    type State = cohorts::Cohorts;
    type Out = Vec<CohortCell>;

    fn update(state: &mut cohorts::Cohorts, (log, starts): Self::Args<'_>) -> Result<()> {
        state.set_periods(starts.iter().map(|date| Some(date?.0)))?;
        state.add(days(&log))
    }

    fn combine(into: &mut cohorts::Cohorts, from: &cohorts::Cohorts) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut cohorts::Cohorts) -> Result<Option<Vec<CohortCell>>> {
        state.table().map(Some)
    }
}
