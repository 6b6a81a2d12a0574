//! The purchase history as of any date, from a purchase log.

use super::purchase_log::Day;
use crate::duckdb::{Date, List, Scalar};
use crate::error::Result;
use crate::history::History;
use crate::models::purchase_log::{LogDay, history_at};

/// `__audience_history_at(log STRUCT[], as_of DATE) → history STRUCT`, NULL before the
/// first purchase
pub struct HistoryAt;

impl Scalar for HistoryAt {
    const NAME: &'static str = "__audience_history_at";
    type Args<'a> = (List<'a, Day>, Date);
    type Out = History;

    fn call((log, as_of): Self::Args<'_>) -> Result<Option<History>> {
        let days = log.iter().flatten().map(LogDay::from);
        Ok(history_at(days, as_of.0)?.as_ref().map(History::from))
    }
}
