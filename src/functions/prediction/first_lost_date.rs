//! From which day on a shop has a lost customer.

use crate::duckdb::{Aggregate, Date};
use crate::error::Result;
use crate::functions::history::History;
use crate::functions::shop_model::Model;
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::numerics::checks::changed;
use crate::models::prediction::model::PurchaseModel;

/// The model, which is the same in every row, and the earliest day so far.
#[derive(Default)]
pub struct EarliestDay {
    judge: Option<(PurchaseModel, Judge)>,
    day: Option<i32>,
}

impl EarliestDay {
    fn judge_by(&mut self, model: PurchaseModel) -> Result<Judge> {
        let &mut (first, judge) = self.judge.get_or_insert_with(|| (model, Judge::new(model)));
        if first != model {
            return Err(changed("model"));
        }
        Ok(judge)
    }
}

/// `__audience_first_lost_date(history, model) → DATE`: the first day on which one of the
/// customers is lost if they stay silent; NULL if nobody is within 100 years
pub struct FirstLostDate;

impl Aggregate for FirstLostDate {
    const NAME: &'static str = "__audience_first_lost_date";
    type Args<'a> = (History, Model);
    type State = EarliestDay;
    type Out = Date;

    fn update(state: &mut EarliestDay, (history, model): Self::Args<'_>) -> Result<()> {
        let judge = state.judge_by(model.try_into()?)?;
        if let Some(day) = judge.lost_day(&history.try_into()?, state.day)? {
            state.day = Some(day);
        }
        Ok(())
    }

    fn combine(into: &mut EarliestDay, from: &EarliestDay) -> Result<()> {
        if let Some((model, _)) = from.judge {
            into.judge_by(model)?;
        }
        into.day = [into.day, from.day].into_iter().flatten().min();
        Ok(())
    }

    fn finish(state: &mut EarliestDay) -> Result<Option<Date>> {
        Ok(state.day.map(Date))
    }
}
