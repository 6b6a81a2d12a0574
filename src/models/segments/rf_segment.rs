//! RF segments: how often a customer has bought, and how long ago.

use crate::error::{Error, Result};

/// A segment by number of purchases and days of silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum RfSegment {
    /// One purchase, recently.
    New,
    /// One or two, not long ago.
    Promising,
    /// One or two, a while ago.
    Wandering,
    /// One or two, long ago.
    Dormant,
    /// Three or more, the last recently.
    Loyal,
    /// Three or more, the last a while ago.
    AtRisk,
    /// Three or more, the last long ago.
    Lost,
}

impl RfSegment {
    /// In the order of the variants.
    pub const LABELS: [&str; 7] = [
        "New",
        "Promising",
        "Wandering",
        "Dormant",
        "Loyal",
        "At Risk",
        "Lost",
    ];
}

/// The days of silence from which on a segment holds; 1 ≤ promising < wandering < dormant
/// and 1 ≤ at_risk < lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RfDays {
    /// From here on one purchase is no longer new.
    pub promising: i32,
    /// From here on one or two purchases are no longer promising.
    pub wandering: i32,
    /// From here on they are dormant.
    pub dormant: i32,
    /// From here on three or more purchases are no longer loyal.
    pub at_risk: i32,
    /// From here on they are lost.
    pub lost: i32,
}

impl RfDays {
    /// Checks days that may have been put together by hand.
    ///
    /// # Errors
    ///
    /// When they are not in their order.
    pub fn validate(&self) -> Result<()> {
        let rare = [0, self.promising, self.wandering, self.dormant];
        let frequent = [0, self.at_risk, self.lost];
        let is_ascending = |days: &[i32]| days.is_sorted_by(|a, b| a < b);
        if is_ascending(&rare) && is_ascending(&frequent) {
            return Ok(());
        }
        Err(Error::argument("days", "must be ascending, and at least 1"))
    }
}

/// The segment; every pair of at least one purchase and a silence has exactly one.
pub fn rf_segment(purchases: i32, silence: i32, days: &RfDays) -> RfSegment {
    if purchases >= 3 {
        match silence {
            _ if silence < days.at_risk => RfSegment::Loyal,
            _ if silence < days.lost => RfSegment::AtRisk,
            _ => RfSegment::Lost,
        }
    } else {
        match silence {
            _ if silence < days.promising && purchases < 2 => RfSegment::New,
            _ if silence < days.wandering => RfSegment::Promising,
            _ if silence < days.dormant => RfSegment::Wandering,
            _ => RfSegment::Dormant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_that_are_not_ascending_are_an_error() {
        let days = |promising, wandering, dormant, at_risk, lost| RfDays {
            promising,
            wandering,
            dormant,
            at_risk,
            lost,
        };
        assert_eq!(days(1, 2, 3, 1, 2).validate(), Ok(()));
        for bad in [
            days(0, 2, 3, 1, 2),
            days(1, 1, 3, 1, 2),
            days(1, 2, 3, 2, 2),
        ] {
            assert!(bad.validate().is_err(), "{bad:?}");
        }
    }

    fn days() -> impl Strategy<Value = RfDays> {
        let step = || 1..60i32;
        (step(), step(), step(), step(), step()).prop_map(|(a, b, c, d, e)| RfDays {
            promising: a,
            wandering: a + b,
            dormant: a + b + c,
            at_risk: d,
            lost: d + e,
        })
    }

    /// The seven rules, each on its own: purchases from and to, silence from and to.
    fn rules(days: &RfDays) -> [(RfSegment, i32, i32, i32, i32); 8] {
        const ANY: i32 = i32::MAX;
        [
            (RfSegment::New, 1, 1, 0, days.promising),
            (RfSegment::Promising, 1, 1, days.promising, days.wandering),
            (RfSegment::Promising, 2, 2, 0, days.wandering),
            (RfSegment::Wandering, 1, 2, days.wandering, days.dormant),
            (RfSegment::Dormant, 1, 2, days.dormant, ANY),
            (RfSegment::Loyal, 3, ANY, 0, days.at_risk),
            (RfSegment::AtRisk, 3, ANY, days.at_risk, days.lost),
            (RfSegment::Lost, 3, ANY, days.lost, ANY),
        ]
    }

    proptest! {
        #[test]
        fn exactly_one_rule_holds_and_it_is_the_segment(
            days in days(), purchases in 1..6i32, silence in 0..200i32,
        ) {
            let holding: Vec<RfSegment> = rules(&days)
                .into_iter()
                .filter(|&(_, least, most, from, to)| {
                    (least..=most).contains(&purchases) && (from..to).contains(&silence)
                })
                .map(|rule| rule.0)
                .collect();
            prop_assert_eq!(holding, vec![rf_segment(purchases, silence, &days)]);
        }

        #[test]
        fn silence_only_moves_a_customer_on(
            days in days(), purchases in 1..6i32, silence in 0..200i32,
        ) {
            let later = rf_segment(purchases, silence + 1, &days);
            prop_assert!(rf_segment(purchases, silence, &days) <= later);
        }
    }
}
