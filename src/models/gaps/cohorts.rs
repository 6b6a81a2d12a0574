//! Cohorts: the customers who first bought in a period, and what they did in each period
//! since.

use crate::error::Result;
use crate::models::numerics::checks::{ascending, changed, within};
use crate::models::numerics::memory::{filled, lengthen, push, try_collected};
use crate::models::numerics::sum::Sum;
use crate::models::purchases::purchase_log::LogDay;

/// What a cohort did in one period.
#[derive(Clone, Copy, Debug, Default)]
struct CohortPeriod {
    retained: i64,
    revenue: Sum,
}

/// One cohort's row of the table, at one age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CohortCell {
    /// The period of the first purchase.
    pub cohort: usize,
    /// Periods since then.
    pub age: usize,
    /// Customers in the cohort.
    pub customers: i64,
    /// Those of them with a purchase in the period.
    pub retained: i64,
    /// Revenue of the period, refunds included; `None` where no amount of the whole
    /// cohort is known.
    pub revenue: Option<f64>,
    /// Revenue from the first purchase up to the period.
    pub cumulative: Option<f64>,
}

/// Collects customers in any order and any number of parts. The periods follow each other
/// without gaps, so their first days are all there is to know.
#[derive(Debug, Default)]
pub struct Cohorts {
    starts: Vec<i32>,
    /// By cohort, then by age: a triangle, of which a row is empty as long as the cohort is.
    cells: Vec<Vec<CohortPeriod>>,
}

/// The most periods: the macro makes no more.
const MOST_PERIODS: usize = 1_000;

impl Cohorts {
    /// Sets the ascending first days of the periods, which are the same in every call.
    ///
    /// # Errors
    ///
    /// When they are not ascending, too many, or as many as before no more, or there is no memory
    /// for the table.
    pub fn set_periods(
        &mut self,
        starts: impl ExactSizeIterator<Item = Option<i32>>,
    ) -> Result<()> {
        let periods = within("starts", starts.len(), 0..=MOST_PERIODS)?;
        if self.starts.is_empty() {
            self.cells = filled(Vec::new(), periods)?;
            self.starts = try_collected(ascending("starts", starts))?;
        }
        if self.starts.len() != periods {
            return Err(changed("starts"));
        }
        Ok(())
    }

    /// Adds one customer's log in order. Days before the first period are ignored; refunds before
    /// the first purchase go to age 0.
    ///
    /// # Errors
    ///
    /// The first of the log, or when there is no memory for a row of the table.
    pub fn add(&mut self, log: impl Iterator<Item = Result<LogDay>>) -> Result<()> {
        let mut period = 0;
        let mut cohort = None;
        let mut bought_in = None;
        let mut early = Sum::default();
        for day in log {
            let day = day?;
            while self
                .starts
                .get(period + 1)
                .is_some_and(|&start| start <= day.day)
            {
                period += 1;
            }
            if self.starts.get(period).is_none_or(|&start| day.day < start) {
                continue;
            }
            if day.is_purchase && cohort.is_none() {
                cohort = Some(period);
                let ages = self.starts.len() - period;
                lengthen(&mut self.cells[period], ages, CohortPeriod::default())?;
                self.cells[period][0].revenue.merge(&early);
            }
            let Some(first) = cohort else {
                day.revenue.iter().for_each(|&revenue| early.add(revenue));
                continue;
            };
            let cell = &mut self.cells[first][period - first];
            day.revenue
                .iter()
                .for_each(|&revenue| cell.revenue.add(revenue));
            if day.is_purchase && bought_in != Some(period) {
                bought_in = Some(period);
                cell.retained += 1;
            }
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When it has other periods, or there is no memory for the table.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if other.starts.is_empty() {
            return Ok(());
        }
        self.set_periods(other.starts.iter().copied().map(Some))?;
        if self.starts != other.starts {
            return Err(changed("starts"));
        }
        for (into, from) in self.cells.iter_mut().zip(&other.cells) {
            lengthen(into, from.len(), CohortPeriod::default())?;
            for (into, from) in into.iter_mut().zip(from) {
                into.retained += from.retained;
                into.revenue.merge(&from.revenue);
            }
        }
        Ok(())
    }

    /// Every cohort that has customers, at every age.
    ///
    /// # Errors
    ///
    /// When a cell's amounts add up to more than an `f64` holds, or there is no memory for the rows.
    pub fn table(&self) -> Result<Vec<CohortCell>> {
        let mut table = Vec::new();
        for (cohort, cells) in self.cells.iter().enumerate() {
            let Some(customers) = cells.first().map(|born| born.retained) else {
                continue;
            };
            let any_known = cells.iter().any(|cell| !cell.revenue.is_empty());
            let mut so_far = Sum::default();
            for (age, cell) in cells.iter().enumerate() {
                so_far.merge(&cell.revenue);
                let row = CohortCell {
                    cohort,
                    age,
                    customers,
                    retained: cell.retained,
                    revenue: cell.revenue.known()?.or(any_known.then_some(0.0)),
                    cumulative: so_far.known()?.or(any_known.then_some(0.0)),
                };
                push(&mut table, row)?;
            }
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i32, revenue: f64) -> LogDay {
        LogDay {
            day,
            is_purchase: revenue >= 0.0,
            revenue: Some(revenue),
        }
    }

    fn cohorts(customers: &[&[LogDay]]) -> Cohorts {
        let mut cohorts = Cohorts::default();
        cohorts
            .set_periods([0, 10, 20].into_iter().map(Some))
            .expect("ascending");
        for log in customers {
            cohorts.add(log.iter().copied().map(Ok)).expect("in order");
        }
        cohorts
    }

    #[test]
    fn a_customer_counts_once_per_period() {
        let table = cohorts(&[
            &[day(3, 5.0), day(4, 5.0), day(25, 7.0), day(26, -2.0)],
            &[day(9, 1.0), day(10, 1.0)],
            &[day(1, -4.0), day(12, 6.0)],
        ])
        .table()
        .expect("small amounts");
        let rows: Vec<_> = table
            .iter()
            .map(|cell| {
                (
                    cell.cohort,
                    cell.age,
                    cell.customers,
                    cell.retained,
                    cell.revenue.expect("known"),
                    cell.cumulative.expect("known"),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (0, 0, 2, 2, 11.0, 11.0),
                (0, 1, 2, 1, 1.0, 12.0),
                (0, 2, 2, 1, 5.0, 17.0),
                (1, 0, 1, 1, 2.0, 2.0),
                (1, 1, 1, 0, 0.0, 2.0),
            ]
        );
    }

    #[test]
    fn parts_add_up_and_the_source_stays() {
        let (a, b): (&[LogDay], &[LogDay]) = (&[day(3, 5.0), day(25, 7.0)], &[day(9, 1.0)]);
        let mut merged = Cohorts::default();
        let source = cohorts(&[b]);
        for part in [&cohorts(&[a]), &source, &Cohorts::default()] {
            merged.merge(part).expect("the same periods");
        }
        assert_eq!(merged.table(), cohorts(&[b, a]).table());
        assert_eq!(source.table(), cohorts(&[b]).table());
    }

    #[test]
    fn periods_are_ascending_not_too_many_and_the_same() {
        let mut found = cohorts(&[]);
        assert!(found.set_periods([0, 10].into_iter().map(Some)).is_err());
        let mut other = Cohorts::default();
        assert!(other.set_periods([3, 3].into_iter().map(Some)).is_err());
        assert!(other.set_periods((0..1_001).map(Some)).is_err());
        assert!(other.set_periods((0..3).map(Some)).is_ok());
        assert!(found.merge(&other).is_err());
    }
}
