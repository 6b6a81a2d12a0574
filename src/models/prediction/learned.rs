//! What a shop's past adds to MBG/NBD: which customers came back more often than it says.

use super::features::{FEATURES, Record, VALUE, believed, log_odds, value_feature};
use super::mbg_nbd::{Customer, MOST_PURCHASES};
use super::model::PurchaseModel;
use super::seasons::Seasons;
use super::traits::{Trait, Traits};
use crate::error::{Error, Result};
use crate::models::numerics::logistic::logistic;
use crate::models::purchases::purchases::PurchaseHistory;

/// How a feature counts. It is standardised, so that weights compare.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weighing {
    /// The mean over what was learned from.
    pub mean: f64,
    /// The standard deviation; 0 where the feature does not vary.
    pub deviation: f64,
    /// What one standard deviation adds to the log odds of a return.
    pub weight: f64,
}

/// The largest number that a sound fit has, which keeps every sum finite.
const LARGEST: f64 = 1e6;

/// Deviations below this are those of features that do not vary.
pub const LEAST_DEVIATION: f64 = 1e-9;

/// A mean purchase counts for no more than this many deviations, so that a single mistyped amount
/// does not decide.
const MOST_DEVIATIONS: f64 = 3.0;

impl Weighing {
    /// The feature in deviations from its mean; 0 where it does not vary.
    pub fn standardised(&self, place: usize, feature: f64) -> f64 {
        if self.deviation < LEAST_DEVIATION {
            return 0.0;
        }
        let standardised = (feature - self.mean) / self.deviation;
        if place == VALUE {
            standardised.clamp(-MOST_DEVIATIONS, MOST_DEVIATIONS)
        } else {
            standardised
        }
    }
}

/// What was learned from the shop's finished windows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learned {
    /// The days within which the returns were that it learned from.
    pub horizon_days: i32,
    /// How many windows there were.
    pub windows: i32,
    /// What everybody's log odds are raised by, so that the mean return probability stays
    /// MBG/NBD's.
    pub level: f64,
    /// What expected purchases are multiplied by, so that their sum stays MBG/NBD's.
    pub purchases_factor: f64,
    /// How each feature counts, in the order of [`Record::features`].
    pub features: [Weighing; FEATURES],
}

impl Learned {
    /// Checks numbers that may have been stored or put together by hand.
    ///
    /// # Errors
    ///
    /// When one is out of range; the message names it.
    pub fn validate(&self) -> Result<()> {
        let problem = |what: String| Err(Error::argument("model", what));
        if !(1..=MOST_DAYS).contains(&self.horizon_days) {
            let days = self.horizon_days;
            return problem(format!(
                "needs learned.horizon_days from 1 to {MOST_DAYS}, got {days}"
            ));
        }
        if self.windows < 1 {
            return problem(format!(
                "needs learned.windows of at least 1, got {}",
                self.windows
            ));
        }
        let (factor, level) = (self.purchases_factor, self.level);
        if !(1.0 / LARGEST..=LARGEST).contains(&factor) {
            return problem(format!(
                "needs learned.purchases_factor between 1e-6 and 1e6, got {factor}"
            ));
        }
        if !(-LARGEST..=LARGEST).contains(&level) {
            return problem(format!(
                "needs learned.level between -1e6 and 1e6, got {level}"
            ));
        }
        for (weighing, name) in self.features.iter().zip(Trait::FEATURE_NAMES) {
            let deviation = weighing.deviation;
            if deviation != 0.0 && !(LEAST_DEVIATION..=LARGEST).contains(&deviation) {
                return problem(format!(
                    "needs a deviation of learned.{name} that is 0 or between 1e-9 and 1e6, got {deviation}"
                ));
            }
            for (part, value) in [("mean", weighing.mean), ("weight", weighing.weight)] {
                if !(-LARGEST..=LARGEST).contains(&value) {
                    return problem(format!(
                        "needs a {part} of learned.{name} between -1e6 and 1e6, got {value}"
                    ));
                }
            }
        }
        Ok(())
    }

    fn standardised(&self, features: &[f64; FEATURES]) -> [f64; FEATURES] {
        std::array::from_fn(|place| self.features[place].standardised(place, features[place]))
    }

    /// What the features and the level add to the log odds of MBG/NBD.
    ///
    /// # Formula
    ///
    /// m + Σ wₖ(fₖ − meanₖ)/sdₖ.
    pub fn shift(&self, features: &[f64; FEATURES]) -> f64 {
        let standardised = self.standardised(features);
        let terms = self.features.iter().zip(standardised);
        self.level + terms.map(|(weighing, z)| weighing.weight * z).sum::<f64>()
    }

    /// What adds most to the log odds, or takes most away.
    fn traits(&self, features: &[f64; FEATURES], is_more: bool) -> Traits {
        let direction = if is_more { 1.0 } else { -1.0 };
        let mut found = [(0.0, None); 2];
        for (place, z) in self.standardised(features).into_iter().enumerate() {
            let towards = self.features[place].weight * z * direction;
            let this = (towards, Some(Trait::new(place, z > 0.0)));
            if towards > found[0].0 {
                found = [this, found[0]];
            } else if towards > found[1].0 {
                found[1] = this;
            }
        }
        Traits(found.map(|(_, which)| which))
    }

    /// The probability after a shift.
    ///
    /// # Formula
    ///
    /// logistic(log odds + shift).
    pub fn moved(log_odds: f64, shift: f64) -> f64 {
        logistic(log_odds + shift)
    }

    /// What expected purchases are multiplied by where the probability moves, before the common
    /// factor.
    ///
    /// # Formula
    ///
    /// √(q(moved)/q(p)), q(p) = −ln(1 − min(p, 0.9)): half of the change of the purchase rate that
    /// the probabilities speak of.
    pub fn change(probability: f64, moved: f64) -> f64 {
        let rate = |p: f64| -(-believed(p).min(0.9)).ln_1p();
        (rate(moved) / rate(probability)).sqrt()
    }
}

/// The longest horizon that can be learned for: ten years.
pub const MOST_DAYS: i32 = 3_650;

/// The purchase model of a shop with what its past adds, if there is any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShopModel {
    /// MBG/NBD, which decides the stages.
    pub model: PurchaseModel,
    /// How much is bought in which month; `None` where less than a year is known, or seasons are not
    /// wanted.
    pub seasons: Option<Seasons>,
    /// What the return probabilities learn.
    pub learned: Option<Learned>,
}

impl ShopModel {
    /// The model of a shop without data.
    pub const PRIOR: Self = Self {
        model: PurchaseModel::PRIOR,
        seasons: None,
        learned: None,
    };

    /// One customer as of a day. Without the `days` of their purchases, ascending, it is MBG/NBD
    /// alone.
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of`.
    pub fn prospect(
        &self,
        history: &PurchaseHistory,
        days: Option<&[i32]>,
        as_of: i32,
    ) -> Result<Prospect<'_>> {
        let customer = self.model.customer(history, as_of)?;
        let seasons = self.seasons.as_ref();
        let lesson = self.learned.as_ref().zip(days).and_then(|(learned, days)| {
            let horizon = learned.horizon_days;
            let record = Record::new(days, as_of, horizon)?;
            let value = value_feature(history.mean_value(), self.model.order_value);
            let ahead = ahead(seasons, as_of, f64::from(horizon));
            let (probability, features) =
                record.features(&self.model, &customer, as_of, ahead, value);
            let shift = learned.shift(&features);
            let moved = Learned::moved(features[0], shift);
            let traits = if (moved - probability).abs() > TOLD {
                learned.traits(&features, moved > probability)
            } else {
                Traits::default()
            };
            Some(Lesson {
                horizon: f64::from(horizon),
                moved,
                shift,
                change: Learned::change(probability, moved) * learned.purchases_factor,
                traits,
            })
        });
        Ok(Prospect {
            customer,
            seasons,
            as_of,
            lesson,
        })
    }
}

/// The next `days` after a day in seasonal time.
pub(super) fn ahead(seasons: Option<&Seasons>, after: i32, days: f64) -> f64 {
    seasons.map_or(days, |seasons| seasons.ahead(after, days))
}

/// What a customer is expected to do.
#[derive(Clone, Copy, Debug)]
pub struct Prospect<'a> {
    customer: Customer,
    seasons: Option<&'a Seasons>,
    as_of: i32,
    lesson: Option<Lesson>,
}

#[derive(Clone, Copy, Debug)]
struct Lesson {
    /// The days that were learned for.
    horizon: f64,
    /// The return probability within them.
    moved: f64,
    /// What it is moved by.
    shift: f64,
    /// What expected purchases are multiplied by.
    change: f64,
    traits: Traits,
}

/// From which difference to MBG/NBD on, as a probability, what the shop's past adds is told.
pub const TOLD: f64 = 0.03;

impl Prospect<'_> {
    fn ahead(&self, days: f64) -> f64 {
        ahead(self.seasons, self.as_of, days)
    }

    /// The customer under MBG/NBD alone.
    pub fn customer(&self) -> &Customer {
        &self.customer
    }

    /// The chance of at least one purchase within the next `days`.
    ///
    /// What was learned for one horizon moves the log odds of every other by as much, so that the
    /// probability grows with the days.
    pub fn return_probability(&self, days: f64) -> f64 {
        match self.lesson {
            Some(lesson) if days == lesson.horizon => lesson.moved,
            Some(lesson) if days > 0.0 => {
                Learned::moved(log_odds(self.alone_probability(days)), lesson.shift)
            }
            _ => self.alone_probability(days),
        }
    }

    /// The same by MBG/NBD alone, in the seasons that are known.
    pub fn alone_probability(&self, days: f64) -> f64 {
        self.customer.return_probability(self.ahead(days))
    }

    /// Expected purchases within the next `days`, at most [`MOST_PURCHASES`]. They are never fewer
    /// than the chance of at least one, of which MBG/NBD alone may know nothing.
    pub fn expected_purchases(&self, days: f64) -> f64 {
        let alone = self.customer.expected_purchases(self.ahead(days));
        self.lesson.map_or(alone, |lesson| {
            (alone * lesson.change)
                .max(self.return_probability(days))
                .min(f64::from(MOST_PURCHASES))
        })
    }

    /// The median days until the next purchase, given that one comes within `within` days; at most
    /// `within`.
    pub fn next_return_days(&self, within: f64) -> f64 {
        let median = self.customer.next_return_days(self.ahead(within));
        (self.seasons).map_or(median, |seasons| {
            seasons.days_for(self.as_of, median, within)
        })
    }

    /// What moved the probability most in the direction in which it moved, the strongest first;
    /// none where it moved less than [`TOLD`].
    pub fn traits(&self) -> Traits {
        self.lesson
            .map_or(Traits::default(), |lesson| lesson.traits)
    }
}

#[cfg(test)]
#[path = "learned_tests.rs"]
mod tests;
