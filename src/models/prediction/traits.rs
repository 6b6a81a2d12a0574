//! The features in words: what customers have who came back more often, or less, than MBG/NBD says.

use super::features::FEATURES;

/// A feature that is above or below its mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trait {
    place: u8,
    is_high: bool,
}

impl Trait {
    /// The features' names, in the order of
    /// [`Record::features`](super::features::Record::features).
    pub const FEATURE_NAMES: [&str; FEATURES] = [
        "return_odds",
        "repeat_purchases",
        "silence",
        "silence_in_gaps",
        "one_time_buyer",
        "purchases_90_days",
        "purchases_365_days",
        "silence_in_longest_gap",
        "purchase_value",
        "same_season",
        "customer_a_year_ago",
        "purchases_30_days",
        "days_as_customer",
        "return_odds_by_silence",
    ];

    /// The feature at `place`.
    pub fn new(place: usize, is_high: bool) -> Self {
        Self {
            place: place as u8,
            is_high,
        }
    }

    /// What such customers have: `customers with …`.
    pub fn words(self) -> &'static str {
        const WORDS: [[&str; 2]; FEATURES] = [
            [
                "a low chance by the purchase model",
                "a high chance by the purchase model",
            ],
            ["few purchases in all", "many purchases in all"],
            ["a short silence", "a long silence"],
            [
                "a silence of few usual gaps",
                "a silence of many usual gaps",
            ],
            ["more than one purchase", "one purchase only"],
            ["few purchases in 90 days", "many purchases in 90 days"],
            ["few purchases in 365 days", "many purchases in 365 days"],
            [
                "a silence that is short beside their longest gap",
                "a silence that is long beside their longest gap",
            ],
            ["a low purchase value", "a high purchase value"],
            [
                "few purchases in this season a year ago",
                "many purchases in this season a year ago",
            ],
            [
                "a first purchase within the last year",
                "a first purchase over a year ago",
            ],
            ["few purchases in 30 days", "many purchases in 30 days"],
            ["a recent first purchase", "a first purchase long ago"],
            [
                "a low chance by the purchase model for their silence",
                "a high chance by the purchase model for their silence",
            ],
        ];
        WORDS[usize::from(self.place) % FEATURES][usize::from(self.is_high)]
    }
}

/// The traits that moved a probability most, the strongest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits(pub [Option<Trait>; 2]);

impl Traits {
    /// Both in a number, which takes less room on the way to the reason.
    pub fn code(self) -> i32 {
        let code = |found: Option<Trait>| {
            found.map_or(0, |found| {
                1 + 2 * i32::from(found.place) + i32::from(found.is_high)
            })
        };
        code(self.0[0]) * BASE + code(self.0[1])
    }

    /// The traits of a code. A number that is no code has none.
    pub fn of_code(code: i32) -> Self {
        let found = |code: i32| {
            let code = usize::try_from(code - 1).ok()?;
            (code < 2 * FEATURES).then(|| Trait::new(code / 2, code % 2 == 1))
        };
        Self([found(code / BASE), found(code % BASE)])
    }
}

/// More than there are codes of one trait.
const BASE: i32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trait_has_words_of_its_own_and_survives_its_code() {
        let all = (0..FEATURES).flat_map(|place| [false, true].map(|high| Trait::new(place, high)));
        let mut words = Vec::new();
        for found in all {
            words.push(found.words());
            for traits in [[Some(found), None], [Some(found); 2], [None, Some(found)]] {
                assert_eq!(Traits::of_code(Traits(traits).code()), Traits(traits));
            }
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 28);
        assert_eq!(Trait::new(8, true).words(), "a high purchase value");
        for nonsense in [i32::MIN, -1, 0, 29, 9_900, i32::MAX] {
            assert_eq!(Traits::of_code(nonsense), Traits::default());
        }
    }
}
