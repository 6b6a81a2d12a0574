//! How many customers were in which lifecycle stage at many dates, in one pass.

use crate::duckdb::{Aggregate, Date, List, sql_struct};
use crate::error::{Error, Result};
use crate::functions::history::{StageArguments, period_ends};
use crate::functions::purchases::purchase_log::{Day, days};
use crate::functions::shop_model::{Model, judge};
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::lifecycle::rules::LifecycleStage;
use crate::models::numerics::checks::changed;
use crate::models::numerics::memory::{copied, filled, try_collected, with_room};
use crate::models::numerics::sum::Sum;
use crate::models::purchases::purchase_log::histories_at;

sql_struct! {
    /// A stage at a date.
    pub struct StageCount {
        /// The date.
        pub period_end: Date,
        /// The stage.
        pub lifecycle_stage: LifecycleStage,
        /// The customers in it.
        pub customers: i64,
        /// Their revenue so far; NULL where no amount is known.
        pub revenue: Option<f64>,
    }
}

const STAGES: [LifecycleStage; 4] = LifecycleStage::ALL;

/// The counts of all dates, and what decides the stages, which is the same in every row.
#[derive(Default)]
pub struct StageCounts {
    dates: Vec<i32>,
    judges: Vec<Judge>,
    counts: Vec<[(i64, Sum); STAGES.len()]>,
}

/// `__audience_history_stages(log STRUCT[], dates DATE[], models STRUCT[],
/// options STRUCT) → STRUCT[]`, all four stages at each of the ascending dates
pub struct HistoryStages;

impl Aggregate for HistoryStages {
    const NAME: &'static str = "__audience_history_stages";
    type Args<'a> = (
        List<'a, Day>,
        List<'a, Date>,
        List<'a, Model>,
        StageArguments,
    );
    type State = StageCounts;
    type Out = Vec<StageCount>;

    fn update(
        state: &mut StageCounts,
        (log, dates, models, options): Self::Args<'_>,
    ) -> Result<()> {
        if models.iter().len() != dates.iter().len() {
            return Err(Error::argument("models", "must be one for each of dates"));
        }
        if state.dates.is_empty() {
            state.dates = period_ends(dates.iter())?;
            state.judges = try_collected(models.iter().map(judge))?;
            state.counts = filled(Default::default(), state.dates.len())?;
        }
        if state.dates.len() != dates.iter().len() {
            return Err(changed("dates"));
        }
        let StageCounts {
            dates,
            judges,
            counts,
        } = state;
        let options = options.0;
        histories_at(days(&log), dates.iter().copied(), |index, history| {
            let stage = judges[index].stage(history, dates[index], options)?;
            let (customers, revenue) = &mut counts[index][stage as usize];
            *customers += 1;
            if let Some(known) = history.revenue {
                revenue.add(known);
            }
            Ok(())
        })
    }

    fn combine(into: &mut StageCounts, from: &StageCounts) -> Result<()> {
        if into.dates.is_empty() {
            into.judges = copied(&from.judges)?;
            into.counts = copied(&from.counts)?;
            into.dates = copied(&from.dates)?;
        } else if !from.dates.is_empty() {
            if into.dates != from.dates {
                return Err(changed("dates"));
            }
            if into.judges != from.judges {
                return Err(changed("models"));
            }
            let pairs = into.counts.iter_mut().zip(&from.counts);
            for (into, from) in pairs.flat_map(|(into, from)| into.iter_mut().zip(from)) {
                into.0 += from.0;
                into.1.merge(&from.1);
            }
        }
        Ok(())
    }

    fn finish(state: &mut StageCounts) -> Result<Option<Vec<StageCount>>> {
        let mut rows = with_room(state.dates.len() * STAGES.len())?;
        for (&date, counts) in state.dates.iter().zip(&state.counts) {
            for (stage, (customers, revenue)) in STAGES.into_iter().zip(counts) {
                rows.push(StageCount {
                    period_end: Date(date),
                    lifecycle_stage: stage,
                    customers: *customers,
                    revenue: revenue.known()?.or((*customers == 0).then_some(0.0)),
                });
            }
        }
        Ok(Some(rows))
    }
}
