//! The cohort table, from purchase logs in one pass.

use crate::duckdb::{Aggregate, Date, List, sql_struct};
use crate::error::Result;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::models::gaps::cohorts;

sql_struct! {
    /// A cohort at an age, with periods counted from 0.
    pub struct CellRow {
        /// The period of the first purchase.
        pub cohort: i64,
        /// Periods since then.
        pub age: i64,
        /// Customers in the cohort.
        pub customers: i64,
        /// Those with a purchase in the period.
        pub retained: i64,
        /// Revenue of the period; NULL where no amount of the cohort is known.
        pub revenue: Option<f64>,
    }
}

/// `__audience_cohorts(log STRUCT[], starts DATE[]) → STRUCT[]`; `starts`, the ascending
/// first days of the periods, is the same in every row
pub struct Cohorts;

impl Aggregate for Cohorts {
    const NAME: &'static str = "__audience_cohorts";
    type Args<'a> = (List<'a, Day>, List<'a, Date>);
    type State = cohorts::Cohorts;
    type Out = Vec<CellRow>;

    fn update(state: &mut cohorts::Cohorts, (log, starts): Self::Args<'_>) -> Result<()> {
        state.set_periods(starts.iter().map(|date| Some(date?.0)))?;
        state.add(days(&log))
    }

    fn combine(into: &mut cohorts::Cohorts, from: &cohorts::Cohorts) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut cohorts::Cohorts) -> Result<Option<Vec<CellRow>>> {
        let cells = state.table()?.into_iter().map(|cell| CellRow {
            cohort: cell.cohort as i64,
            age: cell.age as i64,
            customers: cell.customers,
            retained: cell.retained,
            revenue: cell.revenue,
        });
        Ok(Some(cells.collect()))
    }
}
