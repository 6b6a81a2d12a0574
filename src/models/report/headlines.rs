//! The figures at the head of the page, with their change in a year.

use super::facts::HeadlineFacts;
use super::format::{change, money, whole};

/// A figure and what became of it.
#[derive(Debug)]
pub struct Headline {
    /// What it is.
    pub label: &'static str,
    /// The figure.
    pub text: String,
    /// The figure in full.
    pub value: String,
    /// Up, down or level since a year before; none where nothing is known of that day.
    pub change: Option<Change>,
}

/// The way from the figure of a year before.
#[derive(Debug)]
pub struct Change {
    /// An arrow.
    pub arrow: &'static str,
    /// By how much.
    pub text: String,
    /// The figure of a year before.
    pub before: String,
}

/// The figures of which something is known, in the order in which they came.
pub fn headlines(facts: &[HeadlineFacts]) -> Vec<Headline> {
    facts.iter().filter_map(headline).collect()
}

fn headline(facts: &HeadlineFacts) -> Option<Headline> {
    let (label, shown): (_, fn(f64) -> String) = match facts.name.as_str() {
        "active" => ("Active or just ordered", whole),
        "slipping" => ("Slipping away", whole),
        "new" => ("New customers, last 365 days", whole),
        "revenue" => ("Revenue, last 365 days", money),
        "expected" => ("Expected revenue, next 365 days", money),
        _ => return None,
    };
    let now = facts.now?;
    Some(Headline {
        label,
        text: shown(now),
        value: now.to_string(),
        change: facts
            .before
            .filter(|before| *before > 0.0)
            .map(|before| Change {
                arrow: match now.total_cmp(&before) {
                    std::cmp::Ordering::Greater => "▲",
                    std::cmp::Ordering::Less => "▼",
                    std::cmp::Ordering::Equal => "=",
                },
                text: change(now / before - 1.0),
                before: shown(before),
            }),
    })
}
