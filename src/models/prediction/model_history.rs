//! The population model as of many dates, from one walk over each customer's purchases.

use super::dated_samples::DatedSamples;
use super::learned_fit::learn;
use super::model::PurchaseModel;
use super::model_fit::FitPopulation;
use super::packed_history::PackedHistory;
use super::season_fit::seasons;
use super::shop_model::ShopModel;
use crate::error::{Error, Result};
use crate::models::numerics::bytes::{Reader, Writer, foreign, sound};
use crate::models::numerics::changing_counts::ChangingCounts;
use crate::models::numerics::checks::{changed, is_finite};
use crate::models::numerics::median::median_of_sorted;
use crate::models::numerics::memory::{collected, copied, push, try_collected};
use crate::models::numerics::number_counts::{of_ordered, of_ordered_bits, ordered_bits};
use crate::models::numerics::stored::Storable;
use crate::models::purchases::purchase_log::{LogDay, histories_at};
use crate::models::purchases::purchases::PurchaseHistory;

/// Collects customers in any order and any number of parts. Of most it keeps only how many were
/// alike, so that it needs little memory.
///
/// What the fit needs of a customer changes only with a purchase. So it is counted when it comes
/// and when it goes, and not on each of the dates in between.
#[derive(Debug, Default)]
pub struct ModelHistory {
    dates: Vec<i32>,
    histories: ChangingCounts,
    /// Revenue per purchase, where it is known.
    means: ChangingCounts,
    /// Whom to learn from, where that is wanted.
    samples: DatedSamples,
    /// What is collected of one customer, in memory that the next one uses again.
    customer: CustomerSpells,
    /// Customers over all dates, on which the time of [`models`](Self::models) depends.
    pub entries: usize,
}

/// One customer.
#[derive(Debug, Default)]
struct CustomerSpells {
    /// The purchase days up to the last date, and perhaps the next.
    days: Vec<i32>,
    spells: Vec<Spell>,
}

/// What the fit needs of the customer from a date on, by its place among all dates.
#[derive(Clone, Copy, Debug)]
struct Spell {
    from: u16,
    history: PackedHistory,
    /// Revenue per purchase; `None` where it is not known.
    mean: Option<f64>,
}

impl Spell {
    fn new(from: usize, history: &PurchaseHistory) -> Self {
        Self {
            from: from as u16,
            history: PackedHistory::new(history),
            mean: history.mean_value().filter(|mean| mean.is_finite()),
        }
    }

    fn mean_bits(&self) -> Option<u64> {
        self.mean.map(ordered_bits)
    }
}

impl ModelHistory {
    /// Sets the ascending dates, which are the same in every call; only the first asks for them.
    ///
    /// # Errors
    ///
    /// When `dates` fails or gives more than 65,535, there are not as many as before, or there is
    /// no memory for them.
    pub fn set_dates(
        &mut self,
        count: usize,
        dates: impl FnOnce() -> Result<Vec<i32>>,
    ) -> Result<()> {
        if self.dates.is_empty() {
            if u16::try_from(count).is_err() {
                return Err(Error::argument("dates", "must be at most 65,535"));
            }
            self.dates = dates()?;
        }
        if self.dates.len() != count {
            return Err(changed("dates"));
        }
        Ok(())
    }

    /// Also keeps whom to learn from on the dates that are wanted, before the first customer is added.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn learn_on(&mut self, is_wanted: impl Fn(i32) -> bool) -> Result<()> {
        self.samples = DatedSamples::new(self.dates.iter().map(|&date| is_wanted(date)))?;
        Ok(())
    }

    /// Adds one customer's log in order.
    ///
    /// # Errors
    ///
    /// When `log` fails, or there is no memory for the customer.
    pub fn add(&mut self, log: impl Iterator<Item = Result<LogDay>>) -> Result<()> {
        self.walk(log)?;
        let CustomerSpells { days, spells } = &self.customer;
        let end = self.dates.len() as u16;
        let mut before: Option<&Spell> = None;
        for (place, spell) in spells.iter().enumerate() {
            let until = spells.get(place + 1).map_or(end, |next| next.from);
            let history: u128 = spell.history.into();
            let (gone, mean_gone) = (
                before.map(|spell| spell.history),
                before.and_then(Spell::mean_bits),
            );
            if gone != Some(spell.history) {
                self.histories.come(spell.from, history)?;
                if let Some(gone) = gone {
                    self.histories.go(spell.from, gone.into())?;
                }
            }
            if mean_gone != spell.mean_bits() {
                if let Some(mean) = spell.mean_bits() {
                    self.means.come(spell.from, mean.into())?;
                }
                if let Some(mean) = mean_gone {
                    self.means.go(spell.from, mean.into())?;
                }
            }
            if self.samples.are_wanted() {
                let bought = &days[..spell.history.purchases()];
                self.samples.add(bought, spell.mean, spell.from, until)?;
            }
            before = Some(spell);
        }
        Ok(())
    }

    /// Walks over one customer's log.
    fn walk(&mut self, log: impl Iterator<Item = Result<LogDay>>) -> Result<()> {
        let CustomerSpells { days, spells } = &mut self.customer;
        days.clear();
        spells.clear();
        let mut problem = None;
        let are_days_wanted = self.samples.are_wanted();
        let log = log.inspect(|day| {
            if let Ok(LogDay {
                day,
                is_purchase: true,
                ..
            }) = day
                && are_days_wanted
            {
                problem = problem.take().or(push(days, *day).err());
            }
        });
        let mut before = None;
        histories_at(log, self.dates.iter().copied(), |place, history| {
            self.entries += 1;
            // On most dates nothing is new.
            if before.replace(*history) == Some(*history) {
                return Ok(());
            }
            let spell = Spell::new(place, history);
            let is_new = |last: &Spell| {
                (last.history, last.mean_bits()) != (spell.history, spell.mean_bits())
            };
            if spells.last().is_none_or(is_new) {
                push(spells, spell)?;
            }
            Ok(())
        })?;
        problem.map_or(Ok(()), Err)
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When it has other dates, or there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.dates.is_empty() {
            self.dates = copied(&other.dates)?;
        } else if !other.dates.is_empty() && self.dates != other.dates {
            return Err(changed("dates"));
        }
        self.histories.merge(&other.histories)?;
        self.means.merge(&other.means)?;
        self.samples.merge(&other.samples)?;
        self.entries += other.entries;
        Ok(())
    }

    /// MBG/NBD of each date. Nothing is consumed, so more customers may be added afterwards.
    ///
    /// # Errors
    ///
    /// When there is no memory to count the customers of a date.
    pub fn models(&mut self) -> Result<Vec<PurchaseModel>> {
        let Self {
            dates,
            histories,
            means,
            ..
        } = self;
        let fitted = fitted_models(dates, histories, means)?;
        try_collected(fitted.map(|fitted| Ok(fitted?.shop.model)))
    }

    /// The same with the dates and the first purchase, of customers that nobody has at once.
    ///
    /// # Errors
    ///
    /// As [`ModelHistory::models`], or when they would take too long, or cannot be of any customers.
    pub fn dated_models(&mut self) -> Result<Vec<DatedModel>> {
        let Self {
            dates,
            histories,
            means,
            ..
        } = self;
        let mut different = 0;
        try_collected(fitted_models(dates, histories, means)?.map(|fitted| {
            let fitted = fitted?;
            different += fitted.different;
            if different > MOST_DIFFERENT {
                let problem = "have more than 400 million pairs of a period and a different customer; make \
                               them for longer periods, or for a shorter span";
                return Err(Error::argument("states", problem));
            }
            Ok(fitted)
        }))
    }

    /// The same with what the shop's past adds, learned for returns within `horizon` days, with its
    /// seasons or without; on dates that [`ModelHistory::learn_on`] does not want MBG/NBD alone.
    ///
    /// # Errors
    ///
    /// As [`ModelHistory::models`].
    pub fn shop_models(&mut self, horizon: i32, season: bool) -> Result<Vec<ShopModel>> {
        let Self {
            dates,
            histories,
            means,
            samples,
            ..
        } = self;
        let mut samples = samples.walk()?;
        let fitted = fitted_models(dates, histories, means)?;
        try_collected(fitted.map(|fitted| {
            let DatedModel {
                date,
                first_day,
                mut shop,
                ..
            } = fitted?;
            let sample = samples.next_date()?;
            if let Some((sample, first_day)) = sample.zip(first_day) {
                if season {
                    shop.seasons = seasons(&sample, &shop.model, first_day, date)?;
                }
                shop.learned = learn(&sample, &shop.model, first_day, date, horizon, shop.seasons)?;
            }
            Ok(shop)
        }))
    }
}

/// MBG/NBD of a date.
#[derive(Debug)]
pub struct DatedModel {
    /// The date.
    pub date: i32,
    /// The first purchase of all.
    pub first_day: Option<i32>,
    /// The model, without what the shop's past adds.
    pub shop: ShopModel,
    /// How many different histories and means there are.
    different: u64,
}

/// The most different histories and means over all dates: the models take some 5 seconds besides their
/// fit, in which they cannot be interrupted.
const MOST_DIFFERENT: u64 = 400_000_000;

/// MBG/NBD of one date after the other.
fn fitted_models<'a>(
    dates: &'a [i32],
    histories: &'a mut ChangingCounts,
    means: &'a mut ChangingCounts,
) -> Result<impl Iterator<Item = Result<DatedModel>> + use<'a>> {
    let (mut histories, mut means) = (histories.walk()?, means.walk()?);
    // Nobody's first day changes, and nobody's last day becomes an earlier one.
    let (mut first_day, mut last_day) = (None, None);
    Ok(dates.iter().map(move |&date| {
        histories.next_date(|history| {
            let history = PackedHistory::from(history);
            first_day = first_day.into_iter().chain([history.first_day()]).min();
            last_day = last_day.max(Some(history.last_day()));
        })?;
        means.next_date(|_| {})?;
        let population = FitPopulation {
            customers: histories.total(),
            last_day,
            as_of: Some(date),
            order_value: median_of_sorted(of_ordered_bits(means.numbers()), means.total()),
        };
        Ok(DatedModel {
            date,
            first_day,
            different: histories.different() + means.different(),
            shop: population.fitted(histories.numbers())?.model,
        })
    }))
}

/// What is learned needs customers, and is no part of it.
impl Storable for ModelHistory {
    const FORMAT: u32 = 1;

    fn write(&self, to: &mut Writer) -> Result<()> {
        to.slice(self.dates.iter().copied())?;
        self.histories.write(to)?;
        self.means.write(to)
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let dates = collected(from.slice::<i32>()?.iter())?;
        sound(dates.iter().copied().all(is_finite) && dates.is_sorted_by(|a, b| a < b))?;
        let count = u16::try_from(dates.len()).map_err(|_| foreign())?;
        let histories = ChangingCounts::read(from, count, |date, history| {
            let history = PackedHistory::from(history);
            history.is_possible() && history.last_day() <= dates[usize::from(date)]
        })?;
        let means = ChangingCounts::read(from, count, |_, mean| {
            u64::try_from(mean).is_ok_and(|mean| of_ordered(mean).is_finite())
        })?;
        Ok(Self {
            dates,
            histories,
            means,
            ..Self::default()
        })
    }
}

#[cfg(test)]
#[path = "model_history_tests.rs"]
mod tests;
