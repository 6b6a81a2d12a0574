//! What a shop's past adds to MBG/NBD: which customers came back more often than it says.

use super::features::{FEATURES, VALUE, believed};
use super::traits::{Trait, Traits};
use crate::error::{Error, Result};
use crate::models::numerics::logistic::logistic;

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

/// The features in deviations from their means; 0 for one that does not vary. All are divided, so that the
/// compiler takes several at a time.
pub(super) fn standardised(
    weighings: &[Weighing; FEATURES],
    features: &[f64; FEATURES],
) -> [f64; FEATURES] {
    let mut standardised = std::array::from_fn(|place| {
        let Weighing {
            mean, deviation, ..
        } = weighings[place];
        let deviations = (features[place] - mean) / deviation;
        if deviation < LEAST_DEVIATION {
            0.0
        } else {
            deviations
        }
    });
    standardised[VALUE] = standardised[VALUE].clamp(-MOST_DEVIATIONS, MOST_DEVIATIONS);
    standardised
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

    /// What the standardised features and the level add to the log odds of MBG/NBD.
    ///
    /// # Formula
    ///
    /// m + Σ wₖ(fₖ − meanₖ)/sdₖ.
    pub(super) fn shift(&self, standardised: &[f64; FEATURES]) -> f64 {
        let terms = self.features.iter().zip(standardised);
        self.level + terms.map(|(weighing, z)| weighing.weight * z).sum::<f64>()
    }

    /// What adds most to the log odds, or takes most away.
    pub(super) fn traits(&self, standardised: &[f64; FEATURES], is_more: bool) -> Traits {
        let direction = if is_more { 1.0 } else { -1.0 };
        let mut found = [(0.0, None); 2];
        for (place, &z) in standardised.iter().enumerate() {
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

#[cfg(test)]
#[path = "learned_tests.rs"]
pub(super) mod tests;
