//! Checks of what SQL passes. Every function can be called by hand, also the internal ones, so
//! none trusts a number, not even one that another function made.

use crate::error::{Error, Result};
use std::fmt::Display;
use std::ops::RangeInclusive;

/// More days than lie between any two dates that DuckDB knows, and than any gap of a model has.
pub const LARGEST_DAYS: f64 = 1e11;

/// The longest silence, horizon or distance from today that can be asked for: a century.
pub const CENTURY_DAYS: i32 = 36_525;

/// A number within its range, which NaN is not.
///
/// # Errors
///
/// When it is outside.
pub fn within<T: Copy + Display + PartialOrd>(
    argument: &'static str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<T> {
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = range.into_inner();
    Err(Error::argument(
        argument,
        format!("must be {least} to {most}, got {value}"),
    ))
}

/// A number that is not too small.
///
/// # Errors
///
/// When it is.
pub fn at_least<T: Copy + Display + PartialOrd>(
    argument: &'static str,
    value: T,
    least: T,
) -> Result<T> {
    if value >= least {
        return Ok(value);
    }
    Err(Error::argument(
        argument,
        format!("must be at least {least}, got {value}"),
    ))
}

/// A number that is neither infinite nor NaN.
///
/// # Errors
///
/// When it is.
pub fn finite(argument: &'static str, value: f64) -> Result<f64> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::argument(
        argument,
        format!("must be finite, got {value}"),
    ))
}

/// A sum of money, if it is one.
///
/// # Errors
///
/// When it is more than an `f64` holds.
pub fn finite_sum(amount: f64) -> Result<f64> {
    if amount.is_finite() {
        return Ok(amount);
    }
    Err(Error::argument(
        "amount",
        "adds up to more than a DOUBLE holds",
    ))
}

/// DuckDB's `infinity` and `-infinity` are the outermost `i32` days.
pub fn is_finite(day: i32) -> bool {
    day != i32::MAX && day > -i32::MAX
}

/// A day that is not infinite.
///
/// # Errors
///
/// When it is.
pub fn finite_day(argument: &'static str, day: i32) -> Result<i32> {
    if is_finite(day) {
        return Ok(day);
    }
    let infinity = if day == i32::MAX {
        "infinity"
    } else {
        "-infinity"
    };
    let problem = format!("must be a finite date, got {infinity}");
    Err(Error::argument(argument, problem))
}

/// The error for an argument that an aggregate takes from its first row, and that is another one
/// in a later row.
pub fn changed(argument: &'static str) -> Error {
    Error::argument(argument, "must be the same in every row")
}

/// Days as they are read: finite and ascending, with neither NULL nor repetition among them.
pub fn ascending(
    argument: &'static str,
    days: impl Iterator<Item = Option<i32>>,
) -> impl Iterator<Item = Result<i32>> {
    let mut before = i32::MIN;
    days.map(move |day| {
        let next = day.filter(|&day| is_finite(day) && day > before);
        before = next.unwrap_or(i32::MAX);
        next.ok_or_else(|| {
            Error::argument(
                argument,
                "must be finite and ascending, without NULL or repetition",
            )
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_of_their_range_are_named() {
        assert_eq!(within("share", 0.0, 0.0..=1.0), Ok(0.0));
        for (result, message) in [
            (
                within("share", f64::NAN, 0.0..=1.0),
                "share must be 0 to 1, got NaN",
            ),
            (
                at_least("score", f64::NAN, 0.0),
                "score must be at least 0, got NaN",
            ),
            (
                finite("value", f64::INFINITY),
                "value must be finite, got inf",
            ),
            (
                finite_day("as_of", i32::MAX).map(f64::from),
                "as_of must be a finite date, got infinity",
            ),
            (
                finite_day("as_of", -i32::MAX).map(f64::from),
                "as_of must be a finite date, got -infinity",
            ),
        ] {
            assert_eq!(result.expect_err(message).to_string(), message);
        }
        assert!(within("bins", 11, 2..=10).is_err() && within("bins", 10, 2..=10).is_ok());
    }

    #[test]
    fn days_are_finite_ascending_and_known() {
        let read = |days: &[Option<i32>]| -> Result<Vec<i32>> {
            ascending("days", days.iter().copied()).collect()
        };
        assert_eq!(read(&[Some(-3), Some(0), Some(9)]), Ok(vec![-3, 0, 9]));
        assert_eq!(read(&[]), Ok(vec![]));
        for bad in [
            [Some(1), Some(1)],
            [Some(2), Some(1)],
            [Some(1), None],
            [Some(-i32::MAX), Some(1)],
            [Some(1), Some(i32::MAX)],
        ] {
            assert!(read(&bad).is_err(), "{bad:?}");
        }
    }
}
