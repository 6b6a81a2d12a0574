//! A shop's whole model, and what a customer is expected to do by it.

use super::features::{FEATURES, Record, VALUE, log_odds, value_feature};
use super::learned::{Learned, standardised};
use super::mbg_nbd::{Customer, MOST_PURCHASES};
use super::model::{PurchaseModel, YEAR_DAYS};
use super::purchase_outlook::PurchaseOutlook;
use super::seasons::{Seasons, YearAhead};
use super::traits::Traits;
use crate::error::Result;
use crate::models::numerics::memory::collected;
use crate::models::purchases::purchases::PurchaseHistory;
use std::borrow::Cow;
use std::cell::OnceCell;

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

    /// One customer as of a day. Without the `days` of their purchases, ascending, it is MBG/NBD in
    /// the shop's seasons.
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
        let outset = self.outset(as_of);
        let known = self.known(history, days, &outset)?;
        Ok(self.prospect_of(history, Cow::Owned(known), Cow::Owned(outset)))
    }

    /// A day, to look ahead from.
    pub fn outset(&self, as_of: i32) -> Outset {
        let seasons = self.seasons.as_ref();
        let horizon = self.learned.map_or(0, |learned| learned.horizon_days);
        Outset {
            as_of,
            horizon: ahead(seasons, as_of, f64::from(horizon)),
            year: ahead(seasons, as_of, YEAR_DAYS),
            months: seasons.map(|seasons| seasons.year_ahead(as_of)),
            one_time_buyers: Vec::new(),
        }
    }

    /// [`ShopModel::prospect`] from an outset of this model, which many customers share.
    ///
    /// # Errors
    ///
    /// When the history goes beyond it.
    pub fn prospect_from<'a>(
        &'a self,
        history: &PurchaseHistory,
        days: Option<&[i32]>,
        outset: &'a Outset,
    ) -> Result<Prospect<'a>> {
        let known = || self.known(history, days, outset);
        let known = match outset.remembered(history).filter(|_| days.is_some()) {
            Some(cell) => Cow::Borrowed(match cell.get() {
                Some(known) => known,
                None => {
                    let known = known()?;
                    cell.get_or_init(|| known)
                }
            }),
            None => Cow::Owned(known()?),
        };
        Ok(self.prospect_of(history, known, Cow::Borrowed(outset)))
    }

    fn known(
        &self,
        history: &PurchaseHistory,
        days: Option<&[i32]>,
        outset: &Outset,
    ) -> Result<Known> {
        let as_of = outset.as_of;
        let customer = self.model.customer(history, as_of)?;
        let features = self.learned.zip(days).and_then(|(learned, days)| {
            let record = Record::new(days, as_of, learned.horizon_days)?;
            Some(record.features(&self.model, &customer, as_of, outset.horizon, 0.0))
        });
        Ok(Known {
            customer,
            features,
            purchase_within_a_year: OnceCell::new(),
            expected_within_a_year: OnceCell::new(),
            next_return_days: OnceCell::new(),
        })
    }

    fn prospect_of<'a>(
        &'a self,
        history: &PurchaseHistory,
        known: Cow<'a, Known>,
        outset: Cow<'a, Outset>,
    ) -> Prospect<'a> {
        let lesson = self.learned.as_ref().zip(known.features);
        let lesson = lesson.map(|(learned, (probability, mut features))| {
            features[VALUE] = value_feature(history.mean_value(), self.model.order_value);
            let standardised = standardised(&learned.features, &features);
            let shift = learned.shift(&standardised);
            let moved = Learned::moved(features[0], shift);
            let traits = if (moved - probability).abs() > TOLD {
                learned.traits(&standardised, moved > probability)
            } else {
                Traits::default()
            };
            Lesson {
                horizon: f64::from(learned.horizon_days),
                alone: probability,
                moved,
                shift,
                change: Learned::change(probability, moved) * learned.purchases_factor,
                traits,
            }
        });
        Prospect {
            known,
            seasons: self.seasons.as_ref(),
            outset,
            lesson,
        }
    }
}

/// A day, and what is the same for every customer who is looked at on it.
#[derive(Clone, Debug)]
pub struct Outset {
    /// The day.
    pub as_of: i32,
    /// The days that were learned for in seasonal time.
    horizon: f64,
    /// The next year in seasonal time.
    year: f64,
    /// Its months, where there are seasons.
    months: Option<YearAhead>,
    /// What is known of those who bought once, by their silence; empty where it is not kept.
    one_time_buyers: Vec<OnceCell<Known>>,
}

/// One-time buyers who are silent for longer are not remembered.
const MOST_SILENCE: usize = 2_048;

impl Outset {
    /// Remembers those who bought once: two fifths of the customers, who differ in their silence and in
    /// what they paid. Without memory for that it does not.
    pub fn remembering(self) -> Self {
        let cells = (0..MOST_SILENCE).map(|_| OnceCell::new());
        Self {
            one_time_buyers: collected(cells).unwrap_or_default(),
            ..self
        }
    }

    fn remembered(&self, history: &PurchaseHistory) -> Option<&OnceCell<Known>> {
        let silence = i64::from(self.as_of) - i64::from(history.last_day);
        let place = usize::try_from(silence).ok();
        let place = place.filter(|_| history.purchases == 1)?;
        self.one_time_buyers.get(place)
    }
}

/// What is known of a customer by the days of their purchases alone.
#[derive(Clone, Debug)]
struct Known {
    customer: Customer,
    /// MBG/NBD's return probability and the features but for the purchase value, where something
    /// was learned.
    features: Option<(f64, [f64; FEATURES])>,
    /// The chance of a purchase within a year of who is still a customer.
    purchase_within_a_year: OnceCell<f64>,
    /// Purchases to expect within a year by MBG/NBD.
    expected_within_a_year: OnceCell<f64>,
    /// The days until the next purchase, given that one comes within a year.
    next_return_days: OnceCell<f64>,
}

/// The next `days` after a day in seasonal time.
pub(super) fn ahead(seasons: Option<&Seasons>, after: i32, days: f64) -> f64 {
    seasons.map_or(days, |seasons| seasons.ahead(after, days))
}

/// What a customer is expected to do.
#[derive(Clone, Debug)]
pub struct Prospect<'a> {
    known: Cow<'a, Known>,
    seasons: Option<&'a Seasons>,
    outset: Cow<'a, Outset>,
    lesson: Option<Lesson>,
}

#[derive(Clone, Copy, Debug)]
struct Lesson {
    /// The days that were learned for.
    horizon: f64,
    /// MBG/NBD's return probability within them.
    alone: f64,
    /// The one that was learned.
    moved: f64,
    /// What it is moved by.
    shift: f64,
    /// What expected purchases are multiplied by.
    change: f64,
    traits: Traits,
}

/// Fewer further purchases than this of who buys at all are not stretched.
const LEAST_MORE: f64 = 1e-9;

/// From which difference to MBG/NBD on, as a probability, what the shop's past adds is told.
pub const TOLD: f64 = 0.03;

impl Prospect<'_> {
    fn ahead(&self, days: f64) -> f64 {
        if days == YEAR_DAYS {
            self.outset.year
        } else {
            ahead(self.seasons, self.outset.as_of, days)
        }
    }

    /// A number that is kept for the next year.
    fn within(
        &self,
        days: f64,
        a_year: impl FnOnce(&Known) -> &OnceCell<f64>,
        found: impl FnOnce() -> f64,
    ) -> f64 {
        if days == YEAR_DAYS {
            *a_year(&self.known).get_or_init(found)
        } else {
            found()
        }
    }

    /// The chance of a purchase within the next `days` of who is still a customer.
    fn purchase_within(&self, days: f64) -> f64 {
        self.within(
            days,
            |known| &known.purchase_within_a_year,
            || self.customer().purchase_within(self.ahead(days)),
        )
    }

    /// Purchases to expect within the next `days` by MBG/NBD.
    fn expected_alone(&self, days: f64) -> f64 {
        self.within(
            days,
            |known| &known.expected_within_a_year,
            || self.customer().expected_purchases(self.ahead(days)),
        )
    }

    /// The customer under MBG/NBD alone.
    pub fn customer(&self) -> &Customer {
        &self.known.customer
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
        match self.lesson {
            Some(lesson) if days == lesson.horizon => lesson.alone,
            _ => self.customer().alive_probability() * self.purchase_within(days),
        }
    }

    /// Expected purchases within the next `days`, at most [`MOST_PURCHASES`]. They are never fewer
    /// than the chance of at least one, of which MBG/NBD alone may know nothing.
    pub fn expected_purchases(&self, days: f64) -> f64 {
        let alone = self.expected_alone(days);
        match self.lesson.map(|lesson| alone * lesson.change) {
            Some(expected) if expected < 1.0 => expected.max(self.return_probability(days)),
            Some(expected) => expected.min(f64::from(MOST_PURCHASES)),
            None => alone,
        }
    }

    /// How many purchases may come within the next `days`, by MBG/NBD and what was learned.
    ///
    /// # Formula
    ///
    /// None has the chance 1 − p, p the return probability. Of those who buy at all, who buys n times
    /// by MBG/NBD buys 1 + s(n − 1) times. Under MBG/NBD alone s = 1; what was learned of the number
    /// makes it (E/p − 1) over the same of MBG/NBD alone, so that the mean stays
    /// [`Prospect::expected_purchases`].
    pub fn outlook(&self, days: f64) -> PurchaseOutlook<'_> {
        let ahead = self.ahead(days);
        let returns = self.return_probability(days);
        let more = |expected: f64, chance: f64| (expected / chance - 1.0).max(0.0);
        let stretch = if self.lesson.is_some() {
            let alone = self.expected_alone(days);
            let alone = more(alone, self.customer().return_probability(ahead));
            let learned = more(self.expected_purchases(days), returns);
            if alone > LEAST_MORE {
                learned / alone
            } else {
                1.0
            }
        } else {
            1.0
        };
        PurchaseOutlook {
            customer: self.customer(),
            ahead,
            returns,
            stretch,
        }
    }

    /// The median days until the next purchase, given that one comes within `within` days; at most
    /// `within`.
    pub fn next_return_days(&self, within: f64) -> f64 {
        self.within(
            within,
            |known| &known.next_return_days,
            || {
                let chance = self.purchase_within(within);
                let ahead = self.ahead(within);
                let median = self.customer().next_return_days_by(ahead, chance);
                match (self.seasons, self.outset.months) {
                    (Some(_), Some(months)) if within <= YEAR_DAYS => {
                        months.days_for(median, within)
                    }
                    (Some(seasons), _) => seasons.days_for(self.outset.as_of, median, within),
                    _ => median,
                }
            },
        )
    }

    /// What moved the probability most in the direction in which it moved, the strongest first;
    /// none where it moved less than [`TOLD`].
    pub fn traits(&self) -> Traits {
        self.lesson
            .map_or(Traits::default(), |lesson| lesson.traits)
    }
}

#[cfg(test)]
#[path = "shop_model_tests.rs"]
mod tests;
