//! The purchase history of one customer, which every other model reads.

use super::day_summary::DaySummary;
use super::days::DaySet;
use crate::error::{Error, Result};
use crate::models::numerics::checks::is_finite;
use crate::models::numerics::sum::Sum;

/// One customer's purchases up to the evaluation date.
///
/// A purchase is a *day* with at least one order, so several orders on one day
/// count once (the convention of Fader, Hardie & Lee 2005).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PurchaseHistory {
    /// Distinct purchase days, at least 1.
    pub purchases: i32,
    /// Day of the first purchase, in days since 1970-01-01.
    pub first_day: i32,
    /// Day of the last purchase.
    pub last_day: i32,
    /// Day of the 4th-last purchase; known from 4 purchases on.
    pub fourth_last_day: Option<i32>,
    /// Sum of all finite amounts, refunds included; `None` if there were none.
    pub revenue: Option<f64>,
}

impl PurchaseHistory {
    /// Repeat purchases *x*: all but the first.
    pub fn repeat(&self) -> u32 {
        u32::try_from(self.purchases).map_or(0, |n| n.saturating_sub(1))
    }

    /// Days *t* from the first to the last purchase.
    pub fn span(&self) -> i64 {
        i64::from(self.last_day) - i64::from(self.first_day)
    }

    /// Revenue per purchase; `None` where no amount is known.
    pub fn mean_value(&self) -> Option<f64> {
        let purchases = f64::from(self.purchases.max(1));
        self.revenue.map(|revenue| revenue / purchases)
    }

    /// Checks a history that may have been put together by hand in SQL.
    ///
    /// # Errors
    ///
    /// When no sequence of distinct days has this summary, or the revenue is
    /// not finite.
    pub fn validate(&self) -> Result<()> {
        let problem = if self.purchases < 1 {
            "must have at least 1 purchase"
        } else if !is_finite(self.first_day) || !is_finite(self.last_day) {
            "must have finite dates"
        } else if self.first_day > self.last_day {
            "has its first purchase after its last"
        } else if self.span() < i64::from(self.repeat()) {
            "has more purchases than days from the first to the last"
        } else if self.purchases == 1 && self.first_day != self.last_day {
            "has one purchase but two dates"
        } else if !self.fourth_last_fits() {
            "needs the date of the 4th-last purchase exactly when it has 4 or more, \
             between the first and the last"
        } else if self.revenue.is_some_and(|revenue| !revenue.is_finite()) {
            "must have a finite revenue"
        } else {
            return Ok(());
        };
        Err(Error::argument("history", problem))
    }

    /// Checks days that go with the history.
    ///
    /// # Errors
    ///
    /// When they are not its purchase days in ascending order.
    pub fn check_days(&self, days: &[i32]) -> Result<()> {
        if !days.windows(2).all(|pair| pair[0] < pair[1]) {
            return Err(Self::other_days());
        }
        self.check_ascending_days(days)
    }

    /// The same of days that are known to ascend.
    ///
    /// # Errors
    ///
    /// When they are not its purchase days.
    pub fn check_ascending_days(&self, days: &[i32]) -> Result<()> {
        let ends = [days.first(), days.last()] == [Some(&self.first_day), Some(&self.last_day)];
        let fourth_last = days.iter().nth_back(3).copied();
        let all = i32::try_from(days.len()) == Ok(self.purchases);
        if ends && all && fourth_last == self.fourth_last_day {
            return Ok(());
        }
        Err(Self::other_days())
    }

    fn other_days() -> Error {
        let problem = "must have all its purchases in order_dates, ascending";
        Error::argument("history", problem)
    }

    /// The history of a list of days. Infinite days, days after `as_of` and
    /// repetitions are ignored; `None` if nothing is left.
    ///
    /// # Errors
    ///
    /// When there is no memory for the days.
    pub fn from_days(days: impl Iterator<Item = i32>, as_of: i32) -> Result<Option<Self>> {
        let summary = DaySet::until(days, as_of)?.summary()?;
        Ok(summary.map(|summary| Self::new(summary, None)))
    }

    /// The same with the days that are left, ascending.
    ///
    /// # Errors
    ///
    /// When there is no memory for the days.
    pub fn with_days(
        days: impl Iterator<Item = i32>,
        as_of: i32,
    ) -> Result<Option<(Self, Vec<i32>)>> {
        let mut set = DaySet::until(days, as_of)?;
        let summary = set.summary()?;
        summary
            .map(|summary| Ok((Self::new(summary, None), set.days(summary.count)?)))
            .transpose()
    }

    /// The history of distinct days in ascending order, without revenue; `None` without one.
    pub fn of_ascending(days: &[i32]) -> Option<Self> {
        Some(Self {
            purchases: i32::try_from(days.len()).unwrap_or(i32::MAX),
            first_day: *days.first()?,
            last_day: *days.last()?,
            fourth_last_day: days.iter().nth_back(3).copied(),
            revenue: None,
        })
    }

    fn new(days: DaySummary, revenue: Option<f64>) -> Self {
        Self {
            purchases: i32::try_from(days.count).unwrap_or(i32::MAX),
            first_day: days.first,
            last_day: days.last,
            fourth_last_day: days.fourth_last,
            revenue,
        }
    }

    /// Three distinct days lie after the 4th-last one, and all but four of the
    /// purchases before it.
    fn fourth_last_fits(&self) -> bool {
        match self.fourth_last_day {
            None => self.purchases < 4,
            Some(day) => {
                let before = i64::from(self.purchases) - 4;
                before >= 0
                    && i64::from(day) >= i64::from(self.first_day) + before
                    && i64::from(day) <= i64::from(self.last_day) - 3
                    && (before > 0 || day == self.first_day)
            }
        }
    }
}

/// Collects the rows of one customer, in any order and any number of parts.
#[derive(Debug, Default)]
pub struct PurchaseDays {
    days: DaySet,
    revenue: Sum,
}

// DuckDB allocates one state per customer, so its size is the memory of a
// query over millions of them.
const _: () = assert!(size_of::<PurchaseDays>() <= 48);

impl PurchaseDays {
    /// Adds one row. NaN and infinite amounts count as absent; a negative
    /// amount is a refund, which lowers the revenue and is no purchase; an
    /// infinite day is ignored altogether.
    ///
    /// # Errors
    ///
    /// When there is no memory for the day.
    pub fn add(&mut self, day: i32, amount: Option<f64>) -> Result<()> {
        self.add_valued(day, amount, amount)
    }

    /// Adds one row whose amount says whether it is a purchase, and whose value is what the revenue
    /// counts.
    ///
    /// # Errors
    ///
    /// When there is no memory for the day.
    pub fn add_valued(&mut self, day: i32, amount: Option<f64>, value: Option<f64>) -> Result<()> {
        if !is_finite(day) {
            return Ok(());
        }
        let known = |amount: Option<f64>| amount.filter(|amount| amount.is_finite());
        if known(amount).is_none_or(|amount| amount >= 0.0) {
            self.days.insert(day)?;
        }
        if let Some(value) = known(value) {
            self.revenue.add(value);
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for the days.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.days.merge(&other.days)?;
        self.revenue.merge(&other.revenue);
        Ok(())
    }

    /// The history so far; `None` without a purchase day.
    ///
    /// # Errors
    ///
    /// When the amounts add up to more than an `f64` holds, or there is no memory for the days.
    pub fn history(&mut self) -> Result<Option<PurchaseHistory>> {
        let revenue = self.revenue.known()?;
        let summary = self.days.summary()?;
        Ok(summary.map(|days| PurchaseHistory::new(days, revenue)))
    }

    /// The same with the purchase days, ascending.
    ///
    /// # Errors
    ///
    /// As [`PurchaseDays::history`].
    pub fn dated_history(&mut self) -> Result<Option<(PurchaseHistory, Vec<i32>)>> {
        let revenue = self.revenue.known()?;
        let summary = self.days.summary()?;
        summary
            .map(|days| {
                Ok((
                    PurchaseHistory::new(days, revenue),
                    self.days.days(days.count)?,
                ))
            })
            .transpose()
    }
}

#[cfg(test)]
#[path = "purchases_tests.rs"]
mod tests;
