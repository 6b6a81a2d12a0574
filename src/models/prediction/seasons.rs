//! Seasonal time: days that count for more where a shop sells more.

use crate::error::{Error, Result};
use crate::models::numerics::calendar::{Civil, FEBRUARY, MONTH_DAYS, MONTHS, leap_days_before};

/// How much is bought in each month of the year, as a multiple of the mean month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seasons {
    index: [f64; MONTHS],
    /// What the months before each one come to in a year that is no leap year.
    before: [f64; MONTHS],
    /// What such a year comes to.
    year: f64,
}

/// No sound index is smaller, nor larger than its inverse.
const LEAST: f64 = 1e-3;

impl Seasons {
    /// Seasons of an index by month, from January on.
    ///
    /// # Errors
    ///
    /// When a month has one that no shop has.
    pub fn new(index: [f64; MONTHS]) -> Result<Self> {
        if let Some(wrong) = (index.iter()).find(|value| !(LEAST..=1.0 / LEAST).contains(*value)) {
            return Err(Error::argument(
                "model",
                format!("needs a seasonal_index between 0.001 and 1000, got {wrong}"),
            ));
        }
        let mut year = 0.0;
        let before = std::array::from_fn(|month| {
            let before = year;
            year += index[month] * MONTH_DAYS[month] as f64;
            before
        });
        Ok(Self {
            index,
            before,
            year,
        })
    }

    /// The index of every month, January first.
    pub fn index(&self) -> &[f64; MONTHS] {
        &self.index
    }

    /// The seasonal days from a common day until the end of `day`.
    pub(super) fn time(&self, day: i64) -> f64 {
        let date = Civil::of(day);
        let Civil { year, month, day } = date;
        let leap_day = i64::from(month > FEBRUARY && date.is_leap_year());
        let leap_days = leap_days_before(year) - leap_days_before(1970) + leap_day;
        (year - 1970) as f64 * self.year
            + leap_days as f64 * self.index[FEBRUARY]
            + self.before[month]
            + day as f64 * self.index[month]
    }

    /// The next `days` after a day, each as long as its month's index. Grows with `days`.
    pub fn ahead(&self, after: i32, days: f64) -> f64 {
        let whole = days.floor();
        let end = i64::from(after) + whole as i64;
        let rest = (days - whole) * self.index[Civil::of(end + 1).month];
        self.time(end) - self.time(i64::from(after)) + rest
    }

    /// The months after a day one by one, of which the first has begun.
    fn months(&self, after: i32) -> impl FnMut() -> MonthAhead {
        let mut next = i64::from(after) + 1;
        move || {
            let date = Civil::of(next);
            let days = date.month_days() - date.day + 1;
            next += days;
            MonthAhead {
                days: days as f64,
                index: self.index[date.month],
            }
        }
    }

    /// The next year after a day.
    pub fn year_ahead(&self, after: i32) -> YearAhead {
        let mut months = self.months(after);
        YearAhead(std::array::from_fn(|_| months()))
    }

    /// The days after a day that come to as many seasonal days, at most `most`: the inverse of
    /// [`Seasons::ahead`].
    pub fn days_for(&self, after: i32, seasonal: f64, most: f64) -> f64 {
        days_for(std::iter::repeat_with(self.months(after)), seasonal, most)
    }
}

/// What is left of a month, or all of it.
#[derive(Clone, Copy, Debug)]
struct MonthAhead {
    days: f64,
    index: f64,
}

/// The months of the year after a day: what is left of the first, and twelve more.
#[derive(Clone, Copy, Debug)]
pub struct YearAhead([MonthAhead; MONTHS + 1]);

impl YearAhead {
    /// [`Seasons::days_for`] at most a year.
    pub fn days_for(&self, seasonal: f64, most: f64) -> f64 {
        days_for(self.0.into_iter(), seasonal, most)
    }
}

fn days_for(months: impl Iterator<Item = MonthAhead>, seasonal: f64, most: f64) -> f64 {
    let (mut days, mut left) = (0.0, seasonal);
    for month in months {
        if days >= most {
            break;
        }
        let length = month.days * month.index;
        if left <= length {
            days += left / month.index;
            break;
        }
        left -= length;
        days += month.days;
    }
    days.min(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seasons() -> impl Strategy<Value = Seasons> {
        prop::array::uniform12(0.2..5.0).prop_map(|index| Seasons::new(index).expect("sound"))
    }

    proptest! {
        #[test]
        fn the_days_ahead_are_the_sum_of_their_months(
            seasons in seasons(), after in -900_000..900_000i32, days in 0..1_500i64, part in 0.0..1.0,
        ) {
            let month = |day: i64| Civil::of(i64::from(after) + day).month;
            let whole: f64 = (1..=days).map(|day| seasons.index[month(day)]).sum();
            let expected = whole + part * seasons.index[month(days + 1)];
            let found = seasons.ahead(after, days as f64 + part);
            prop_assert!(f64::abs(found - expected) < 1e-6, "{} {}", found, expected);
            let back = seasons.days_for(after, found, 2_000.0);
            prop_assert!(f64::abs(back - days as f64 - part) < 1e-6);
            prop_assert!(seasons.days_for(after, found, 7.0) <= 7.0);
            let within_a_year = seasons.year_ahead(after).days_for(found, 365.0);
            prop_assert_eq!(within_a_year, seasons.days_for(after, found, 365.0));
        }
    }

    #[test]
    fn an_even_year_changes_nothing() {
        let even = Seasons::new([1.0; 12]).expect("sound");
        assert_eq!(even.ahead(19_000, 180.0), 180.0);
        assert_eq!(even.ahead(i32::MAX, 36_525.0), 36_525.0);
    }

    #[test]
    fn an_index_that_no_shop_has_is_refused() {
        for wrong in [0.0, -1.0, f64::NAN, 2e3] {
            let mut index = [1.0; MONTHS];
            index[7] = wrong;
            let error = Seasons::new(index).expect_err("no shop").to_string();
            assert!(error.contains("between 0.001 and 1000"), "{error}");
        }
    }
}
