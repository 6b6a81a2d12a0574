//! Months of the calendar, from days since 1970-01-01.

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// 0 for January.
    pub month: usize,
    /// 1 for the first of the month.
    pub day: i64,
}

/// How many months a year has.
pub const MONTHS: usize = 12;

/// The days of each month in a year that is no leap year.
pub const MONTH_DAYS: [i64; MONTHS] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The place of February.
pub const FEBRUARY: usize = 1;

const DAYS_OF_400_YEARS: i64 = 146_097;

/// Without the leap day that only every fourth century has.
const DAYS_OF_100_YEARS: i64 = DAYS_OF_400_YEARS / 4;

impl Civil {
    /// The date of a day. Years are counted from March, so that the leap day is the last one, and
    /// in blocks of 400, which all have as many days.
    pub fn of(day: i64) -> Self {
        // Days since 0000-03-01.
        let since = day + 719_468;
        let block = since.div_euclid(DAYS_OF_400_YEARS);
        let inside = since.rem_euclid(DAYS_OF_400_YEARS);
        let year = (inside - inside / 1_460 + inside / DAYS_OF_100_YEARS - inside / 146_096) / 365;
        let of_year = inside - (365 * year + year / 4 - year / 100);
        // Months of 31, 30, 31, 30, 31 days from March on.
        let month = (5 * of_year + 2) / 153;
        let from_january = (month + 2) % 12;
        Self {
            year: 400 * block + year + i64::from(from_january < 2),
            month: from_january as usize,
            day: of_year - (153 * month + 2) / 5 + 1,
        }
    }

    /// Whether the year has a 29 February.
    pub fn is_leap_year(&self) -> bool {
        leap_days_before(self.year + 1) > leap_days_before(self.year)
    }

    /// How many days the month has.
    pub fn month_days(&self) -> i64 {
        MONTH_DAYS[self.month] + i64::from(self.month == FEBRUARY && self.is_leap_year())
    }
}

/// Leap days in the years before this one, counted from the year 1.
pub fn leap_days_before(year: i64) -> i64 {
    let last = year - 1;
    last.div_euclid(4) - last.div_euclid(100) + last.div_euclid(400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_runs_on_without_a_gap() {
        let mut expected = Civil {
            year: 1_600,
            month: 0,
            day: 1,
        };
        // Over four centuries, of which one begins with a leap year.
        for day in -135_140..20_000 {
            assert_eq!(Civil::of(day), expected, "{day}");
            expected.day += 1;
            if expected.day > expected.month_days() {
                expected.day = 1;
                expected.month = (expected.month + 1) % MONTHS;
                expected.year += i64::from(expected.month == 0);
            }
        }
        assert_eq!(expected.year, 2024);
    }

    #[test]
    fn leap_years_are_those_of_the_calendar() {
        let leap = |year| {
            Civil {
                year,
                month: FEBRUARY,
                day: 1,
            }
            .is_leap_year()
        };
        let found: Vec<bool> = [1900, 2000, 2023, 2024, -4, 0].map(leap).to_vec();
        assert_eq!(found, [false, true, false, true, true, true]);
    }
}
