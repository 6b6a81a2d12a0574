//! Engagement: how much a contact reacts to the shop's marketing.

use crate::error::{Error, Result, shown};
use crate::models::numerics::checks::at_least;

/// How engaged a contact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Engagement {
    /// Reacts, and did so recently.
    Hot,
    /// Reacts rarely, or did so a while ago.
    Warm,
    /// Does not react.
    Cold,
}

impl Engagement {
    /// In the order of the variants.
    pub const LABELS: [&str; 3] = ["Hot", "Warm", "Cold"];
}

/// The days after which an event counts half.
pub const HALF_LIFE_DAYS: f64 = 30.0;

/// The score from which on a contact is hot: a click has it after 30 days.
pub const HOT: f64 = 2.0;

/// The score from which on a contact is warm: an opened message has it after 30 days.
pub const WARM: f64 = 0.5;

/// The weight of an event on its day. The last four are not a reaction to a message, or are one
/// against it, and are in most exports of events.
pub const WEIGHTS: [(&str, f64); 9] = [
    ("open", 1.0),
    ("visit", 2.0),
    ("click", 4.0),
    ("favourite", 8.0),
    ("favorite", 8.0),
    ("sent", 0.0),
    ("delivered", 0.0),
    ("bounce", 0.0),
    ("unsubscribe", 0.0),
];

/// The weight of a kind of event, in upper or lower case.
///
/// # Errors
///
/// When the kind is not one of [`WEIGHTS`]; the message names it.
pub fn weight(kind: &str) -> Result<f64> {
    let known = WEIGHTS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(kind));
    known.map(|(_, weight)| *weight).ok_or_else(|| {
        let names: Vec<&str> = WEIGHTS.iter().map(|(name, _)| *name).collect();
        let names = names.join(", ");
        Error::argument(
            "event_kind",
            format!(
                "must be one of {names}, or be mapped to one by kinds; got '{}'",
                shown(kind)
            ),
        )
    })
}

/// The score of an event of so many days ago. A contact's score is the sum over their events.
///
/// # Formula
///
/// weight · 2^(−age / 30), age in days.
///
/// # Errors
///
/// When the kind is not one of [`WEIGHTS`], or the event is yet to come.
pub fn event_score(kind: &str, age_days: i64) -> Result<f64> {
    at_least("age_days", age_days, 0)?;
    Ok(weight(kind)? * (-(age_days as f64) / HALF_LIFE_DAYS).exp2())
}

/// The engagement that a score stands for.
pub fn engagement(score: f64) -> Engagement {
    match score {
        _ if score >= HOT => Engagement::Hot,
        _ if score >= WARM => Engagement::Warm,
        _ => Engagement::Cold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(events: &[(&str, i64)]) -> f64 {
        let scores = events.iter().map(|(kind, age)| event_score(kind, *age));
        scores.sum::<Result<f64>>().expect("known kinds")
    }

    #[test]
    fn an_event_counts_half_after_thirty_days() {
        assert_eq!(score(&[("click", 0)]), 4.0);
        assert_eq!(score(&[("click", 30)]), 2.0);
        assert_eq!(score(&[("Favourite", 90), ("FAVORITE", 90)]), 2.0);
        assert_eq!(score(&[("open", 0), ("open", 60), ("sent", 0)]), 1.25);
        assert_eq!(score(&[]), 0.0);
        assert_eq!(score(&[("click", i64::from(i32::MAX))]), 0.0);
    }

    #[test]
    fn the_cuts_are_inclusive() {
        assert_eq!(engagement(score(&[("click", 30)])), Engagement::Hot);
        assert_eq!(engagement(score(&[("click", 31)])), Engagement::Warm);
        assert_eq!(engagement(score(&[("open", 30)])), Engagement::Warm);
        assert_eq!(engagement(score(&[("open", 31)])), Engagement::Cold);
        assert_eq!(engagement(0.0), Engagement::Cold);
    }

    #[test]
    fn an_unknown_kind_is_named() {
        let error = weight("opened").expect_err("unknown").to_string();
        assert!(error.starts_with("event_kind must be one of open, visit, click"));
        assert!(error.ends_with("or be mapped to one by kinds; got 'opened'"));
        let error = weight("anna@example.com").expect_err("unknown").to_string();
        assert!(error.ends_with("got 'a…@example.com'"));
    }
}
