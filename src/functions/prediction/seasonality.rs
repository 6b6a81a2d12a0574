//! How much is bought in each month of the year, with an interval.

use crate::duckdb::{Aggregate, Date, sql_struct};
use crate::error::Result;
use crate::functions::history::{History, with_days};
use crate::models::numerics::checks::finite_day;
use crate::models::prediction::model_fit::ModelFit;
use crate::models::prediction::season_fit::SeasonEstimate;

sql_struct! {
    /// A month of the year.
    pub struct SeasonRow {
        /// 1 for January.
        pub month: i32,
        /// Its purchases as a multiple of the mean month's.
        pub index: f64,
        /// The lower end of a 95 % interval.
        pub low: f64,
        /// The upper end.
        pub high: f64,
        /// In how many years it was seen whole.
        pub years: i32,
    }
}

fn season_row((number, month): (i32, &SeasonEstimate)) -> SeasonRow {
    SeasonRow {
        month: number,
        index: month.index,
        low: month.low,
        high: month.high,
        years: month.years,
    }
}

/// `__audience_seasonality(history STRUCT, gaps BLOB, as_of DATE) → STRUCT[]`, the twelve months;
/// NULL where less than a year is known.
pub struct Seasonality;

impl Aggregate for Seasonality {
    const NAME: &'static str = "__audience_seasonality";
    type Args<'a> = (History, Option<&'a [u8]>, Option<Date>);
    type State = ModelFit;
    type Out = Vec<SeasonRow>;

    fn update(state: &mut ModelFit, (history, gaps, as_of): Self::Args<'_>) -> Result<()> {
        let as_of = as_of.map(|date| finite_day("as_of", date.0)).transpose()?;
        with_days(history, gaps, |history, days| {
            state.add(history, days, as_of)
        })
    }

    fn combine(into: &mut ModelFit, from: &ModelFit) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut ModelFit) -> Result<Option<Vec<SeasonRow>>> {
        let months = state.seasonality()?;
        Ok(months.map(|months| (1..).zip(&months).map(season_row).collect()))
    }
}
