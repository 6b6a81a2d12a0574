//! Dates and timestamps in text.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// `2025-06-30`, `2025-06-30 12:00:00`, the same with `T`, with up to six digits of a
/// fraction, and with `Z` or an offset such as `+02:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instant {
    /// Days since 1970-01-01.
    Day(i32),
    /// Microseconds since 1970-01-01 by the clock on the wall.
    Local(i64),
    /// Microseconds since 1970-01-01 in Greenwich.
    Absolute(i64),
}

impl Instant {
    /// `None` if the text is neither.
    pub(super) fn parse(text: &str) -> Option<Self> {
        // The library is more liberal than SQL is, so the form is checked first.
        if text.len() > 10 && !has_form(&text[..text.len().min(19)], "0000-00-00 00:00:00") {
            return None;
        }
        if text.len() <= 10 {
            let date = has_form(text, "0000-00-00").then_some(text)?;
            let date: NaiveDate = date.parse().ok()?;
            return Some(Self::Day(days(date)));
        }
        let text = text.replacen(' ', "T", 1);
        if fraction(&text).len() > 6 {
            return None;
        }
        let read = |form: &str| NaiveDateTime::parse_from_str(&text, form).ok();
        if let Some(local) = read("%Y-%m-%dT%H:%M:%S%.f") {
            return Some(Self::Local(local.and_utc().timestamp_micros()));
        }
        let absolute = DateTime::parse_from_rfc3339(&text).ok()?;
        Some(Self::Absolute(absolute.timestamp_micros()))
    }
}

fn days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}

/// Whether a text has digits where `form` has them, and the same characters elsewhere.
fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .enumerate()
            .all(|(place, (byte, wanted))| match wanted {
                b'0' => byte.is_ascii_digit(),
                b' ' => byte == b' ' || (place == 10 && byte == b'T'),
                _ => byte == wanted,
            })
}

/// The digits after the point.
fn fraction(text: &str) -> &str {
    let rest = text.split_once('.').map_or("", |(_, rest)| rest);
    let end = rest.find(|c: char| !c.is_ascii_digit());
    &rest[..end.unwrap_or(rest.len())]
}
