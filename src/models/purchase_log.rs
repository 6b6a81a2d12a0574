//! A customer's rows day by day: what a history can be read from as of any date.

use super::purchases::{PurchaseDays, PurchaseHistory, is_finite};
use super::sum::Sum;
use crate::error::Result;

/// One day of a customer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogDay {
    /// Days since 1970-01-01.
    pub day: i32,
    /// Whether a row made it a purchase day; refunds alone do not.
    pub is_purchase: bool,
    /// The sum of the known amounts, refunds included.
    pub revenue: Option<f64>,
}

/// Collects the rows of one customer, in any order and any number of parts.
#[derive(Clone, Debug, Default)]
pub struct PurchaseLog {
    /// Day and amount; NaN where the amount is not known.
    rows: Vec<(i32, f64)>,
}

impl PurchaseLog {
    /// Adds one row, by the rules of [`PurchaseDays::add`].
    pub fn add(&mut self, day: i32, amount: Option<f64>) {
        if is_finite(day) {
            let amount = amount.filter(|amount| amount.is_finite());
            self.rows.push((day, amount.unwrap_or(f64::NAN)));
        }
    }

    /// Adds everything that `other` collected.
    pub fn merge(&mut self, other: &Self) {
        self.rows.extend_from_slice(&other.rows);
    }

    /// The days in order.
    ///
    /// # Errors
    ///
    /// When a day's amounts add up to more than an `f64` holds.
    pub fn days(&mut self) -> Result<Vec<LogDay>> {
        // Amounts are sorted as well, so that the sums do not depend on the rows' order.
        self.rows
            .sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        self.rows
            .chunk_by(|a, b| a.0 == b.0)
            .map(|rows| {
                let mut revenue = Sum::default();
                rows.iter()
                    .filter(|(_, amount)| !amount.is_nan())
                    .for_each(|&(_, amount)| revenue.add(amount));
                Ok(LogDay {
                    day: rows[0].0,
                    is_purchase: rows
                        .iter()
                        .any(|(_, amount)| amount.is_nan() || *amount >= 0.0),
                    revenue: revenue.known()?,
                })
            })
            .collect()
    }
}

/// The history as of a day, from a log in order; `None` before the first purchase.
///
/// # Errors
///
/// When the amounts add up to more than an `f64` holds.
pub fn history_at(
    log: impl Iterator<Item = LogDay>,
    as_of: i32,
) -> Result<Option<PurchaseHistory>> {
    let mut days = PurchaseDays::default();
    for entry in log.take_while(|entry| entry.day <= as_of) {
        days.add_day(&entry);
    }
    days.history()
}
