//! The finished windows of a shop's past that are learned from.

/// The most windows. Eight were no better, and cost twice as much.
pub const MOST_WINDOWS: usize = 4;

/// The days at which windows of `horizon` days begin, the latest first: all that happened in them
/// is known at `as_of`.
///
/// # Formula
///
/// as_of − h, then back by max(⌊h/2⌋, 21) days, at most [`MOST_WINDOWS`], while max(h/2, 30) days
/// or more lie between the shop's first purchase and the window.
pub fn window_starts(as_of: i32, first_day: i32, horizon: i32) -> impl Iterator<Item = i32> {
    let step = usize::try_from(horizon / 2).unwrap_or(0).max(21);
    // In halves of days.
    let known = i64::from(horizon).max(60);
    let latest = i64::from(as_of) - i64::from(horizon);
    (0..MOST_WINDOWS)
        .map(move |number| latest - (number * step) as i64)
        .take_while(move |start| 2 * (start - i64::from(first_day)) >= known)
        .filter_map(|start| i32::try_from(start).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(as_of: i32, first_day: i32, horizon: i32) -> Vec<i32> {
        window_starts(as_of, first_day, horizon).collect()
    }

    #[test]
    fn windows_end_by_as_of_and_begin_well_after_the_first_purchase() {
        assert_eq!(starts(1_000, 0, 180), [820, 730, 640, 550]);
        // 90 days after the first purchase, and one day less.
        assert_eq!(starts(1_000, 730, 180), [820]);
        assert_eq!(starts(1_000, 731, 180), [0; 0]);
        assert_eq!(starts(100, 0, 10), [90, 69, 48]);
        assert_eq!(starts(700, 0, 365), [335]);
        assert_eq!(starts(548, 0, 365), [183]);
        assert_eq!(starts(547, 0, 365), [0; 0]);
    }

    #[test]
    fn days_at_the_ends_of_the_calendar_do_not_overflow() {
        assert_eq!(starts(i32::MIN + 5, i32::MIN + 5, 3_650), [0; 0]);
        assert_eq!(starts(i32::MAX, i32::MIN, i32::MAX).len(), 2);
        assert_eq!(starts(0, 0, 0), [0; 0]);
    }
}
