//! What cohorts are expected to spend, from purchase logs in one pass.

use crate::duckdb::{Aggregate, Constant, Date, List, sql_struct};
use crate::error::{Error, Result};
use crate::functions::history::horizon;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::functions::shop_scorer::ShopScorer;
use crate::models::gaps::cohort_forecast::{CohortOutlook, Span};
use crate::models::gaps::past_errors::Expectation;
use crate::models::numerics::checks::finite;
use crate::models::numerics::memory::{collected, try_collected};
use crate::models::numerics::sum::Sum;
use crate::models::purchases::purchase_log::{LogDay, histories_at};
use crate::models::value::tiers;

sql_struct! {
    /// A cohort's revenue from the last of the dates to a day ahead.
    pub struct CohortSpend {
        /// The number of what cohorts are told apart by.
        pub split: i64,
        /// The number of the period of the first purchase.
        pub cohort: i64,
        /// The day.
        pub period_end: Date,
        /// The revenue to expect.
        pub expected: f64,
        /// The lower end of its 80 % interval; NULL where the past does not tell.
        pub low: Option<f64>,
        /// The upper end.
        pub high: Option<f64>,
    }
}

/// `__audience_cohort_forecast(split BIGINT, log STRUCT[], starts DATE[], dates DATE[], models
/// BLOB[], ends DATE[]) → STRUCT[]`. The last of the dates is today, and between two of them
/// lies a window of the past; `starts` are the first days of the periods, `ends` the days ahead.
/// All but the split and the log are the same in every row.
pub struct CohortForecast;

impl Aggregate for CohortForecast {
    const NAME: &'static str = "__audience_cohort_forecast";
    type Args<'a> = (
        i64,
        List<'a, Day>,
        Constant<Vec<Date>>,
        Constant<Vec<Date>>,
        Constant<Vec<ShopScorer>>,
        Constant<Vec<Date>>,
    );
    type State = CohortOutlook;
    type Out = Vec<CohortSpend>;

    fn update(
        state: &mut CohortOutlook,
        (split, log, starts, dates, models, ends): Self::Args<'_>,
    ) -> Result<()> {
        let (dates, models, ends) = (dates.get()?, models.get()?, ends.get()?);
        if models.len() != dates.len() || dates.is_empty() {
            return Err(Error::argument("models", "must be one for each of dates"));
        }
        let span = Span {
            outsets: collected(dates.iter().map(|date| date.0))?,
            ends: collected(ends.iter().map(|date| date.0))?,
        };
        state.set_span(&span)?;
        let log: Vec<LogDay> = try_collected(days(&log))?;
        let bought = log.iter().filter(|day| day.is_purchase);
        let bought = collected(bought.map(|day| day.day))?;
        let Some(&first) = bought.first() else {
            return Ok(());
        };
        let begun = starts.get()?.partition_point(|start| start.0 <= first);
        let cohort = (split, begun as i64 - 1);
        let outsets = span.outsets.iter().copied();
        histories_at(log.iter().copied().map(Ok), outsets, |index, history| {
            let (today, scorer) = (span.outsets[index], &models[index]);
            let so_far = &bought[..history.purchases as usize];
            let prospect = scorer.prospect(history, Some(so_far), today)?;
            let expected = |until: i32| {
                let ahead = horizon(until.saturating_sub(today))?;
                let purchases = prospect.expected_purchases(ahead);
                let revenue = tiers::expected_revenue(history, &scorer.shop.model, purchases);
                let returns = prospect.return_probability(ahead);
                let known = revenue.map(|known| finite("amount", known)).transpose()?;
                Ok(known.map(|revenue| Expectation::of(revenue, returns)))
            };
            if let Some(&until) = span.outsets.get(index + 1) {
                let actual = spent(&log, today, until);
                return match expected(until)? {
                    Some(expected) => state.compare(cohort, index, expected.revenue, actual),
                    None => Ok(()),
                };
            }
            let ahead: Vec<Option<Expectation>> =
                try_collected(span.ends.iter().map(|&end| expected(end)))?;
            if ahead.iter().all(Option::is_some) {
                state.expect(cohort, ahead.into_iter().flatten())?;
            }
            Ok(())
        })
    }

    fn combine(into: &mut CohortOutlook, from: &CohortOutlook) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut CohortOutlook) -> Result<Option<Vec<CohortSpend>>> {
        let ends = state.ends();
        let rows = state.table()?.into_iter().map(|row| CohortSpend {
            split: row.cohort.0,
            cohort: row.cohort.1,
            period_end: Date(ends[row.end]),
            expected: row.expected,
            low: row.interval.map(|(low, _)| low),
            high: row.interval.map(|(_, high)| high),
        });
        collected(rows).map(Some)
    }
}

/// The known amounts of a log after a day, up to another.
fn spent(log: &[LogDay], after: i32, until: i32) -> f64 {
    let mut spent = Sum::default();
    let within = log.iter().filter(|day| day.day > after && day.day <= until);
    within
        .filter_map(|day| day.revenue)
        .for_each(|revenue| spent.add(revenue));
    spent.value()
}
