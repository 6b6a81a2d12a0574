//! The purchase log: a customer's rows day by day, which give the history as of any date.

use super::purchases::PurchaseHistory;
use crate::error::{Error, Result};
use crate::models::numerics::checks::is_finite;
use crate::models::numerics::memory::{append, copied, push, with_room};
use crate::models::numerics::sum::Sum;

/// One day of a customer. The rounding error of its sum, if any, is a second entry, so that the
/// days of a customer add up as the rows do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogDay {
    /// Days since 1970-01-01.
    pub day: i32,
    /// Whether a row made it a purchase day; refunds alone do not.
    pub is_purchase: bool,
    /// The sum of the known amounts, refunds included.
    pub revenue: Option<f64>,
}

/// A row: its day, and its amount or NaN where that is not known.
type Row = (i32, f64);

/// How many rows a state holds without any heap. DuckDB starts several states for a
/// customer and merges them, and most see only a few rows.
const INLINE: usize = 3;

/// Collects the rows of one customer, in any order and any number of parts.
#[derive(Debug)]
pub enum PurchaseLog {
    /// The first rows, `rows[..len]`.
    Few {
        /// How many there are.
        len: u8,
        /// Where they are.
        rows: [Row; INLINE],
    },
    /// More rows.
    Many(Vec<Row>),
}

const _: () = assert!(size_of::<PurchaseLog>() <= 56);

impl Default for PurchaseLog {
    fn default() -> Self {
        Self::Few {
            len: 0,
            rows: [(0, 0.0); INLINE],
        }
    }
}

impl PurchaseLog {
    /// Adds one row, by the rules of [`PurchaseDays::add`](super::purchases::PurchaseDays::add).
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, day: i32, amount: Option<f64>) -> Result<()> {
        if !is_finite(day) {
            return Ok(());
        }
        let amount = amount.filter(|amount| amount.is_finite());
        self.extend(&[(day, amount.unwrap_or(f64::NAN))])
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.extend(other.rows())
    }

    fn rows(&self) -> &[Row] {
        match self {
            Self::Few { len, rows } => &rows[..usize::from(*len)],
            Self::Many(rows) => rows,
        }
    }

    fn extend(&mut self, more: &[Row]) -> Result<()> {
        match self {
            Self::Few { len, rows } => {
                let (used, all) = (usize::from(*len), usize::from(*len) + more.len());
                if all <= INLINE {
                    rows[used..all].copy_from_slice(more);
                    *len = all as u8;
                } else {
                    let mut heap = with_room(all.max(4 * INLINE))?;
                    heap.extend_from_slice(&rows[..used]);
                    heap.extend_from_slice(more);
                    *self = Self::Many(heap);
                }
            }
            Self::Many(rows) => append(rows, more)?,
        }
        Ok(())
    }

    /// The days in order.
    ///
    /// # Errors
    ///
    /// When a day's amounts add up to more than an `f64` holds, or there is no memory for the days.
    pub fn days(&self) -> Result<Vec<LogDay>> {
        let mut rows = copied(self.rows())?;
        // Amounts are sorted as well, so that the sums do not depend on the rows' order.
        rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut days = with_room(rows.len())?;
        for rows in rows.chunk_by(|a, b| a.0 == b.0) {
            let (day, rest) = day(rows)?;
            push(&mut days, day)?;
            if let Some(rest) = rest {
                push(&mut days, rest)?;
            }
        }
        Ok(days)
    }
}

/// The entry of a day, and the entry of its rounding error.
fn day(rows: &[Row]) -> Result<(LogDay, Option<LogDay>)> {
    let mut revenue = Sum::default();
    rows.iter()
        .filter(|(_, amount)| !amount.is_nan())
        .for_each(|&(_, amount)| revenue.add(amount));
    let entry = LogDay {
        day: rows[0].0,
        is_purchase: rows
            .iter()
            .any(|(_, amount)| amount.is_nan() || *amount >= 0.0),
        revenue: revenue.known()?,
    };
    let rest = (revenue.rest() != 0.0).then(|| LogDay {
        is_purchase: false,
        revenue: Some(revenue.rest()),
        ..entry
    });
    Ok((entry, rest))
}

/// The days of a log as they are read. A log comes from SQL, where it may have been put together
/// by hand, and then need not be what [`PurchaseLog::days`] gives.
pub fn checked(log: impl Iterator<Item = Option<LogDay>>) -> impl Iterator<Item = Result<LogDay>> {
    let mut before = None;
    log.map(move |day| {
        let problem = match (day, before) {
            (None, _) => "has a NULL among its days",
            (Some(day), _) if !is_finite(day.day) => "must have finite days",
            (Some(day), _) if day.revenue.is_some_and(|revenue| !revenue.is_finite()) => {
                "must have finite amounts"
            }
            (Some(day), Some(before)) if day.day < before => "must be in the order of its days",
            (Some(day), Some(before)) if day.day == before && day.is_purchase => {
                "has a purchase day more than once"
            }
            (Some(day), _) => {
                before = Some(day.day);
                return Ok(day);
            }
        };
        Err(Error::argument("log", problem))
    })
}

/// A history that grows day by day.
#[derive(Clone, Debug, Default)]
struct Growing {
    purchases: i32,
    first: i32,
    /// The latest purchase days, the last one at the end.
    recent: [i32; 4],
    revenue: Sum,
}

impl Growing {
    fn add(&mut self, day: &LogDay) {
        if day.is_purchase {
            if self.purchases == 0 {
                self.first = day.day;
            }
            self.purchases = self.purchases.saturating_add(1);
            self.recent.rotate_left(1);
            self.recent[3] = day.day;
        }
        if let Some(revenue) = day.revenue {
            self.revenue.add(revenue);
        }
    }

    fn history(&self) -> Result<Option<PurchaseHistory>> {
        if self.purchases == 0 {
            return Ok(None);
        }
        Ok(Some(PurchaseHistory {
            purchases: self.purchases,
            first_day: self.first,
            last_day: self.recent[3],
            fourth_last_day: (self.purchases >= 4).then_some(self.recent[0]),
            revenue: self.revenue.known()?,
        }))
    }
}

/// Calls `visit` with the history as of each of the ascending `dates`, from a log in
/// order; dates before the first purchase are left out. Takes one walk over both.
///
/// # Errors
///
/// When the log has one, the amounts add up to more than an `f64` holds, or `visit` fails.
pub fn histories_at(
    log: impl Iterator<Item = Result<LogDay>>,
    dates: impl Iterator<Item = i32>,
    mut visit: impl FnMut(usize, &PurchaseHistory) -> Result<()>,
) -> Result<()> {
    let mut log = log.peekable();
    let mut growing = Growing::default();
    for (index, date) in dates.enumerate() {
        let is_due = |day: &Result<LogDay>| !day.as_ref().is_ok_and(|day| day.day > date);
        while let Some(day) = log.next_if(is_due) {
            growing.add(&day?);
        }
        if let Some(history) = growing.history()? {
            visit(index, &history)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::purchases::purchases::PurchaseDays;
    use proptest::prelude::*;

    fn row() -> impl Strategy<Value = (i32, Option<f64>)> {
        let amount = prop_oneof![
            3 => (0.0..100.0f64).prop_map(Some),
            1 => (-50.0..0.0f64).prop_map(Some),
            1 => Just(None),
            1 => Just(Some(f64::NAN)),
        ];
        (0..40i32, amount)
    }

    fn log(rows: &[(i32, Option<f64>)]) -> PurchaseLog {
        let mut log = PurchaseLog::default();
        rows.iter()
            .for_each(|&(day, amount)| log.add(day, amount).expect("room"));
        log
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn every_date_gives_the_history_of_the_rows_up_to_it(
            rows in prop::collection::vec(row(), 0..30),
        ) {
            let days = log(&rows).days().expect("small amounts");
            let mut found = vec![None; 42];
            histories_at(checked(days.into_iter().map(Some)), -1..41, |index, history| {
                found[index] = Some(*history);
                Ok(())
            }).expect("small amounts");
            for (index, found) in found.into_iter().enumerate() {
                let mut expected = PurchaseDays::default();
                rows.iter()
                    .filter(|(day, _)| *day < index as i32)
                    .for_each(|&(day, amount)| expected.add(day, amount).expect("room"));
                let expected = expected.history().expect("small amounts");
                prop_assert_eq!(found, expected);
            }
        }

        #[test]
        fn merging_is_adding_and_keeps_the_source(
            left in prop::collection::vec(row(), 0..9),
            right in prop::collection::vec(row(), 0..9),
        ) {
            let mut merged = log(&left);
            let source = log(&right);
            merged.merge(&source).expect("room");
            let all = log(&[right.clone(), left].concat());
            prop_assert_eq!(merged.days(), all.days());
            prop_assert_eq!(source.days(), log(&right).days());
        }
    }

    #[test]
    fn a_log_that_no_purchases_give_is_an_error() {
        let day = |day, is_purchase, revenue| {
            Some(LogDay {
                day,
                is_purchase,
                revenue,
            })
        };
        let read = |log: &[Option<LogDay>]| -> Result<Vec<LogDay>> {
            checked(log.iter().copied()).collect()
        };
        // What rounding left over, and a refund.
        let sound = [
            day(1, true, Some(2.0)),
            day(1, false, Some(1e-20)),
            day(3, false, Some(-2.0)),
        ];
        assert_eq!(read(&sound).map(|days| days.len()), Ok(3));
        for (bad, problem) in [
            ([sound[0], None], "NULL"),
            ([day(2, true, None), day(1, true, None)], "order"),
            ([day(2, true, None), day(2, true, None)], "more than once"),
            ([day(i32::MAX, true, None), None], "finite days"),
            ([day(1, true, Some(f64::NAN)), None], "finite amounts"),
        ] {
            let error = read(&bad).expect_err(problem).to_string();
            assert!(error.contains(problem), "{error}");
        }
    }
}
