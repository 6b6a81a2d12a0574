//! Dates and timestamps in text.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// `2025-06-30`, `2025-06-30 12:00`, `2025-06-30 12:00:00`, the same with `T`; the last also
/// with up to six digits of a fraction, and with `Z` or an offset such as `+02` or `+02:00`.
/// DuckDB before 2.0 does not read an offset behind minutes.
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
        // The library is more liberal than SQL, so the form is checked first.
        let bytes = text.as_bytes();
        if bytes.starts_with(b"0000") {
            return None;
        }
        if has_form(bytes, b"0000-00-00") {
            return text.parse().ok().map(days).map(Self::Day);
        }
        let text = text.replacen(' ', "T", 1);
        if has_form(text.as_bytes(), b"0000-00-00T00:00") {
            return local(&text, "%Y-%m-%dT%H:%M");
        }
        let (time, rest) = text.split_at_checked(19)?;
        let is_time = has_form(time.as_bytes(), b"0000-00-00T00:00:00") && !time.ends_with("60");
        if !is_time || rest.ends_with('z') || fraction(rest).len() > 6 {
            return None;
        }
        // RFC 3339 wants the minutes of an offset.
        let offset = &rest[rest.find(['+', '-']).unwrap_or(rest.len())..];
        let minutes = if offset.len() == 3 { ":00" } else { "" };
        let absolute = || DateTime::parse_from_rfc3339(&format!("{text}{minutes}")).ok();
        local(&text, "%Y-%m-%dT%H:%M:%S%.f")
            .or_else(|| Some(Self::Absolute(absolute()?.timestamp_micros())))
    }
}

fn local(text: &str, form: &str) -> Option<Instant> {
    let time = NaiveDateTime::parse_from_str(text, form).ok()?;
    Some(Instant::Local(time.and_utc().timestamp_micros()))
}

fn days(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}

/// Whether a text has digits where `form` has them, and the same characters elsewhere.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    let same = |(byte, wanted): (&u8, &u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        wanted => byte == wanted,
    };
    text.len() == form.len() && text.iter().zip(form).all(same)
}

/// The digits after the point.
fn fraction(text: &str) -> &str {
    let rest = text.split_once('.').map_or("", |(_, rest)| rest);
    let end = rest.find(|c: char| !c.is_ascii_digit());
    &rest[..end.unwrap_or(rest.len())]
}
