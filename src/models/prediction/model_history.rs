//! The population model as of many dates, from one walk over each customer's purchases.

use super::learned_fit::learn;
use super::model::PurchaseModel;
use super::model_fit::{FitPopulation, FittedModel};
use super::packed_history::FitCustomer;
use super::sample::CustomerSample;
use super::season_fit::seasons;
use super::shop_model::ShopModel;
use crate::error::{Error, Result};
use crate::models::numerics::checks::changed;
use crate::models::numerics::median::median;
use crate::models::numerics::memory::{append, collected, copied, grow, push, try_collected};
use crate::models::purchases::purchase_log::{LogDay, histories_at};

/// Collects customers in any order and any number of parts.
///
/// What the fit needs of a customer changes only with a purchase. So it is kept once for all
/// dates up to the next one: the memory goes with the purchases, not with customers times dates.
#[derive(Debug, Default)]
pub struct ModelHistory {
    dates: Vec<i32>,
    spells: Vec<Spell>,
    /// The purchase days of all customers, one customer after the other.
    days: Vec<i32>,
    /// Customers over all dates, on which the time of [`models`](Self::models) depends.
    pub entries: usize,
}

/// A customer from one date until another, between which nothing happened.
#[derive(Clone, Copy, Debug)]
struct Spell {
    customer: FitCustomer,
    /// The number of the first date.
    from: u16,
    /// The number of the date after the last.
    until: u16,
    /// Where the customer's days begin.
    start: u32,
}

const _: () = assert!(size_of::<Spell>() == 28);

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

    /// Adds one customer's log in order.
    ///
    /// # Errors
    ///
    /// When `log` fails, or there is no memory for the spells.
    pub fn add(&mut self, log: impl Iterator<Item = Result<LogDay>>) -> Result<()> {
        let Self {
            dates,
            spells,
            days,
            entries,
        } = self;
        let start = place(days.len())?;
        let mut problem = None;
        let log = log.inspect(|day| {
            if let Ok(LogDay {
                day,
                is_purchase: true,
                ..
            }) = day
            {
                problem = problem.take().or(push(days, *day).err());
            }
        });
        let until = dates.len() as u16;
        let mut open: Option<Spell> = None;
        histories_at(log, dates.iter().copied(), |index, history| {
            *entries += 1;
            let customer = FitCustomer::new(history);
            if !open.is_some_and(|open| open.customer.equals(&customer)) {
                let from = index as u16;
                if let Some(spell) = open {
                    push(
                        spells,
                        Spell {
                            until: from,
                            ..spell
                        },
                    )?;
                }
                open = Some(Spell {
                    customer,
                    from,
                    until,
                    start,
                });
            }
            Ok(())
        })?;
        problem.map_or(Ok(()), Err)?;
        open.map_or(Ok(()), |spell| push(spells, spell))
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.dates.is_empty() {
            self.dates = copied(&other.dates)?;
        } else if !other.dates.is_empty() && self.dates != other.dates {
            return Err(changed("dates"));
        }
        let shift = place(self.days.len())?;
        place(self.days.len() + other.days.len())?;
        append(&mut self.days, &other.days)?;
        grow(&mut self.spells, other.spells.len())?;
        self.spells.extend(other.spells.iter().map(|&spell| Spell {
            start: shift + spell.start,
            ..spell
        }));
        self.entries += other.entries;
        Ok(())
    }

    /// MBG/NBD of each date. Nothing is consumed, so more customers may be added afterwards.
    ///
    /// # Errors
    ///
    /// When there is no memory to sort the customers of a date.
    pub fn models(&mut self) -> Result<Vec<PurchaseModel>> {
        self.each_date(|date, spells, _| Ok(fitted(spells, date)?.model.model))
    }

    /// The same with what the shop's past adds, learned for returns within `horizon` days, with its
    /// seasons or without; on dates that are not wanted MBG/NBD alone.
    ///
    /// # Errors
    ///
    /// As [`ModelHistory::models`].
    pub fn shop_models(
        &mut self,
        horizon: i32,
        season: bool,
        is_wanted: impl Fn(i32) -> bool,
    ) -> Result<Vec<ShopModel>> {
        self.each_date(|date, spells, days| {
            let mut shop = fitted(spells, date)?.model;
            if !is_wanted(date) {
                return Ok(shop);
            }
            let mut sample: CustomerSample = CustomerSample::default();
            for Spell {
                customer, start, ..
            } in spells
            {
                let start = *start as usize;
                let bought = &days[start..start + customer.history().purchases()];
                sample.add(bought, customer.mean())?;
            }
            let first_days = spells
                .iter()
                .map(|spell| spell.customer.history().first_day());
            if let Some(first_day) = first_days.min() {
                let sample = &sample.customers()?;
                if season {
                    shop.seasons = seasons(sample, &shop.model, first_day, date)?;
                }
                shop.learned = learn(sample, &shop.model, first_day, date, horizon, shop.seasons)?;
            }
            Ok(shop)
        })
    }

    /// What `fit` makes of the spells that hold on each date.
    fn each_date<T>(&mut self, fit: impl Fn(i32, &[Spell], &[i32]) -> Result<T>) -> Result<Vec<T>> {
        let Self {
            dates,
            spells,
            days,
            ..
        } = self;
        spells.sort_unstable_by_key(|spell| spell.from);
        // spells[ended..begun] hold on the date; what has ended is moved to the front.
        let (mut ended, mut begun) = (0, 0);
        let models = dates.iter().zip(0..).map(|(&date, number)| {
            begun += spells[begun..].partition_point(|spell| spell.from <= number);
            for index in { ended }..begun {
                if spells[index].until <= number {
                    spells.swap(index, ended);
                    ended += 1;
                }
            }
            fit(date, &spells[ended..begun], days)
        });
        try_collected(models)
    }
}

/// MBG/NBD of the customers of a date.
fn fitted(spells: &[Spell], date: i32) -> Result<FittedModel> {
    let customers = || spells.iter().map(|spell| spell.customer);
    let mut means = collected(customers().filter_map(|customer| customer.mean()))?;
    let mut histories: Vec<u128> =
        collected(customers().map(|customer| customer.history().into()))?;
    histories.sort_unstable();
    let population = FitPopulation {
        customers: spells.len() as u64,
        last_day: customers()
            .map(|customer| customer.history().last_day())
            .max(),
        as_of: Some(date),
        order_value: median(&mut means),
    };
    population.fitted(histories.into_iter().map(|history| (history, 1)))
}

/// A place among the days.
fn place(days: usize) -> Result<u32> {
    u32::try_from(days).map_err(|_| {
        Error::argument(
            "orders",
            "must have fewer than 2³² purchase days; use filter to leave some out",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::prediction::model_fit::ModelFit;
    use proptest::prelude::*;

    const DATES: [i32; 6] = [3, 10, 11, 40, 41, 70];

    fn log(days: &[(i32, bool)]) -> Vec<LogDay> {
        let day = |&(day, is_purchase): &(i32, bool)| LogDay {
            day,
            is_purchase,
            revenue: Some(f64::from(day) / 7.0 * if is_purchase { 1.0 } else { -1.0 }),
        };
        days.iter().map(day).collect()
    }

    fn history(logs: &[Vec<LogDay>]) -> ModelHistory {
        let mut history = ModelHistory::default();
        history
            .set_dates(DATES.len(), || Ok(DATES.to_vec()))
            .expect("few dates");
        for log in logs {
            history
                .add(log.iter().copied().map(Ok))
                .expect("small amounts");
        }
        history
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn every_date_has_the_model_of_the_customers_up_to_it(
            logs in prop::collection::vec(prop::collection::btree_map(0..80_i32, any::<bool>(), 0..9), 0..60),
            at in 0..60usize,
        ) {
            let logs: Vec<_> = logs.into_iter().map(|days| log(&Vec::from_iter(days))).collect();
            let mut fits = DATES.map(|_| ModelFit::default());
            for log in &logs {
                histories_at(log.iter().copied().map(Ok), DATES.into_iter(), |index, history| {
                    let bought: Vec<i32> = log.iter()
                        .filter(|day| day.is_purchase && day.day <= DATES[index])
                        .map(|day| day.day)
                        .collect();
                    fits[index].add(history, Some(&bought), Some(DATES[index]))
                }).expect("small amounts");
            }
            let expected: Vec<_> = fits.iter_mut().map(|fit| fit.finish(5, true).expect("a fit").model).collect();
            let alone: Vec<_> = expected.iter().map(|shop: &ShopModel| shop.model).collect();
            let (left, right) = logs.split_at(at.min(logs.len()));
            let (mut merged, source) = (history(right), history(left));
            merged.merge(&source).expect("room");
            prop_assert_eq!(merged.shop_models(5, true, |_| true), Ok(expected.clone()));
            prop_assert_eq!(merged.models(), Ok(alone));
            prop_assert_eq!(merged.shop_models(5, true, |_| true), Ok(expected));
            prop_assert_eq!(source.spells.len(), history(left).spells.len());
        }
    }

    #[test]
    fn a_silence_without_refunds_is_kept_once() {
        let history = history(&[
            log(&[(0, true), (5, true), (42, false)]),
            log(&[(10, true)]),
            log(&[(80, true)]),
        ]);
        assert_eq!((history.spells.len(), history.entries), (4, 11));
        let mut other = ModelHistory::default();
        other.merge(&history).expect("room");
        assert_eq!((other.spells.len(), other.entries), (4, 11));
        assert!(
            ModelHistory::default()
                .set_dates(70_000, || Ok(vec![]))
                .is_err()
        );
    }
}
