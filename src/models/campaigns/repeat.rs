//! How often a customer may get a rule's actions.

/// How often a customer may get a rule's actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Once ever.
    Once,
    /// In every silence.
    EveryTime,
    /// In at most so many silences that begin within so many days.
    AtMost {
        /// How many.
        times: u32,
        /// Within how many days.
        days: i32,
    },
}

impl Repeat {
    /// `once`, `every time` or `at most N per D days`.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["once"] => Some(Self::Once),
            ["every", "time"] => Some(Self::EveryTime),
            ["at", "most", times, "per", days, "day" | "days"] => {
                let times = times.parse().ok().filter(|&times| times > 0)?;
                let days = days.parse().ok().filter(|&days| days > 0)?;
                Some(Self::AtMost { times, days })
            }
            _ => None,
        }
    }

    /// The most silences in which a customer gets the rule, and within how many days they
    /// are counted; no days means ever.
    pub fn limit(self) -> (i64, Option<i32>) {
        match self {
            Self::Once => (1, None),
            Self::EveryTime => (i64::MAX, None),
            Self::AtMost { times, days } => (i64::from(times), Some(days)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_are_read() {
        assert_eq!(Repeat::parse("once"), Some(Repeat::Once));
        assert_eq!(Repeat::parse(" every  time "), Some(Repeat::EveryTime));
        let twice = Repeat::AtMost {
            times: 2,
            days: 365,
        };
        assert_eq!(Repeat::parse("at most 2 per 365 days"), Some(twice));
        for bad in [
            "",
            "at most 0 per 3 days",
            "at most 2 per -1 days",
            "sometimes",
        ] {
            assert_eq!(Repeat::parse(bad), None, "{bad}");
        }
    }
}
