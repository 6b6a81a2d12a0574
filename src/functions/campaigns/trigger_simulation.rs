//! Trigger rules replayed over purchase logs, in one pass.

use crate::duckdb::{Aggregate, Date, List, Unchecked, sql_row, sql_struct};
use crate::error::Result;
use crate::functions::history::period_ends;
use crate::functions::purchases::purchase_log::{Day, days};
use crate::functions::shop_model::{Model, judge};
use crate::models::campaigns::rule_problems::checked;
use crate::models::campaigns::trigger_replay::{Models, Period, Replay};
use crate::models::numerics::memory::{collected, try_collected};
use crate::models::numerics::packed_rows::unpack_rows;
use std::borrow::Cow;

sql_row!(Read for Period { since: Date, until: Date, known_until: Date, cap: i32, cap_days: i32 });

sql_struct! {
    /// What one step of one rule did.
    pub struct StepResultRow {
        /// The rule.
        pub rule: String,
        /// The step's number.
        pub step: i32,
        /// Messages.
        pub firings: i64,
        /// Customers with at least one.
        pub customers: i64,
        /// Messages whose conversion window has ended.
        pub observed: i64,
        /// Those of them with a purchase in it.
        pub conversions: i64,
        /// Revenue in the windows.
        pub revenue: f64,
        /// Messages with another rule's message in their window.
        pub overlapping: i64,
        /// Messages that the cap held back.
        pub capped: i64,
        /// Days of comparable customers.
        pub base_days: i64,
        /// Those of them with a purchase in the window after.
        pub base_conversions: i64,
        /// The most messages on a day.
        pub per_day_max: i64,
    }
}

/// `__audience_trigger_simulation(log STRUCT[], rules VARCHAR, limits STRUCT, dates DATE[],
/// models STRUCT[], audiences VARCHAR[]) → STRUCT[]`; only log and audiences differ between rows
pub struct TriggerSimulation;

impl Aggregate for TriggerSimulation {
    const NAME: &'static str = "__audience_trigger_simulation";
    type Args<'a> = (
        List<'a, Day>,
        Cow<'a, str>,
        Unchecked<Period>,
        List<'a, Date>,
        List<'a, Model>,
        List<'a, String>,
    );
    type State = Replay;
    type Out = Vec<StepResultRow>;

    fn update(
        state: &mut Replay,
        (log, rules, period, dates, models, audiences): Self::Args<'_>,
    ) -> Result<()> {
        state.set_up(period.0, || {
            let models = Models {
                dates: period_ends(dates.iter())?,
                judges: try_collected(models.iter().map(judge))?,
            };
            Ok((checked(&unpack_rows(&rules)?)?, models))
        })?;
        let audiences = collected(audiences.iter().flatten())?;
        state.add(&try_collected(days(&log))?, &audiences)
    }

    fn combine(into: &mut Replay, from: &Replay) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Replay) -> Result<Option<Vec<StepResultRow>>> {
        let rows = state.results().map(|(rule, step, result)| {
            Ok(StepResultRow {
                rule: rule.name.clone(),
                step: step as i32,
                firings: result.firings,
                customers: result.customers,
                observed: result.observed,
                conversions: result.conversions,
                revenue: result.revenue.known()?.unwrap_or(0.0),
                overlapping: result.overlapping,
                capped: result.capped,
                base_days: result.base_days,
                base_conversions: result.base_conversions,
                per_day_max: result.per_day.iter().copied().max().unwrap_or(0).into(),
            })
        });
        try_collected(rows).map(Some)
    }
}
