//! Why a product is due, in a sentence.

use crate::models::numerics::numbers::{push_chance, push_counted, push_days, push_one_decimal};

/// What the sentence tells.
#[derive(Clone, Copy, Debug)]
pub struct DueFacts {
    /// Days with a purchase.
    pub times: i64,
    /// The usual gap.
    pub usual_gap_days: f64,
    /// Since the last purchase.
    pub silence_days: i64,
    /// Until it is due; negative afterwards.
    pub days_left: Option<i64>,
    /// The last quantity in usual ones.
    pub quantities: Option<f64>,
    /// To buy within the next days.
    pub probability: f64,
    /// These days.
    pub within_days: i64,
}

/// Quantities that are nearer to the usual one are not worth a word.
const NEAR: f64 = 1.25;

/// Writes the sentence.
pub fn due_sentence(facts: &DueFacts) -> String {
    let mut out = String::with_capacity(140);
    out.push_str("Bought ");
    push_counted(&mut out, facts.times, " time", " times");
    out.push_str(", usually every ");
    push_days(&mut out, facts.usual_gap_days);
    out.push_str("; last ");
    match facts.silence_days {
        0 => out.push_str("today"),
        days => push_counted(&mut out, days, " day ago", " days ago"),
    }
    if let Some(quantities) = facts
        .quantities
        .filter(|q| !(1.0 / NEAR..=NEAR).contains(q))
    {
        out.push_str(", ");
        push_one_decimal(&mut out, quantities);
        out.push_str(" times the usual quantity");
    }
    match facts.days_left {
        Some(0) => out.push_str("; due today"),
        Some(days @ 1..) => {
            out.push_str("; due in ");
            push_counted(&mut out, days, " day", " days");
        }
        Some(days) => {
            out.push_str("; ");
            push_counted(&mut out, days.saturating_neg(), " day", " days");
            out.push_str(" overdue");
        }
        None => {}
    }
    out.push_str("; ");
    push_chance(&mut out, facts.probability);
    out.push_str(" to buy within ");
    push_counted(&mut out, facts.within_days, " day", " days");
    out.push('.');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences() {
        let facts = DueFacts {
            times: 7,
            usual_gap_days: 21.4,
            silence_days: 30,
            days_left: Some(-9),
            quantities: Some(1.1),
            probability: 0.431,
            within_days: 30,
        };
        assert_eq!(
            due_sentence(&facts),
            "Bought 7 times, usually every 21 days; last 30 days ago; 9 days overdue; 43 % chance to buy within 30 days."
        );
        let early = DueFacts {
            silence_days: 0,
            days_left: Some(43),
            quantities: Some(2.0),
            probability: 0.001,
            within_days: 1,
            ..facts
        };
        assert_eq!(
            due_sentence(&early),
            "Bought 7 times, usually every 21 days; last today, 2.0 times the usual quantity; due in 43 days; a low chance to buy within 1 day."
        );
        let ends = |days_left| due_sentence(&DueFacts { days_left, ..facts });
        assert!(ends(Some(0)).contains("; due today; 43 %"));
        assert!(ends(None).contains("ago; 43 %"));
    }
}
