//! How often each of many numbers is there on each of many dates, kept as what came and what went.

use crate::error::{Error, Result};
use crate::models::numerics::bytes::{Reader, Writer, sound};
use crate::models::numerics::number_counts::NumberCounts;
use crate::models::numerics::number_run::NumberRun;
use std::cell::Cell;
use std::iter::Peekable;

/// The bits of a number.
pub const NUMBER_BITS: u32 = 96;

/// The bits below the number of the date: those of a number, and whether it went.
const DATE_SHIFT: u32 = NUMBER_BITS + 1;

/// The bit of a number that went.
const GONE: u128 = 1;

/// Collects what came and went in any order and any number of parts.
#[derive(Debug, Default)]
pub struct ChangingCounts {
    changes: NumberCounts<u128>,
}

impl ChangingCounts {
    /// A number, of at most [`NUMBER_BITS`], is there from a date on, which is given by its place
    /// among all dates.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn come(&mut self, date: u16, number: u128) -> Result<()> {
        self.changes.add(packed(date, number))
    }

    /// A number that came is not there from a date on.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn go(&mut self, date: u16, number: u128) -> Result<()> {
        self.changes.add(packed(date, number) | GONE)
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.changes.merge(&other.changes)
    }

    /// Goes from date to date. Nothing is consumed, so more may be added afterwards.
    ///
    /// # Errors
    ///
    /// When there is no memory to sort the last of them.
    pub fn walk(&mut self) -> Result<Walk<impl Iterator<Item = (u128, u64)> + use<'_>>> {
        Ok(Walk {
            changes: self.changes.sorted()?.peekable(),
            date: 0,
            there: NumberRun::default(),
            total: 0,
            different: 0,
        })
    }

    /// How many numbers came and went.
    #[cfg(test)]
    pub fn total(&self) -> u64 {
        self.changes.total()
    }

    /// Writes what was collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it, or it is more than a BLOB can be.
    pub fn write(&self, to: &mut Writer) -> Result<()> {
        self.changes.run()?.write(to)
    }

    /// Reads what [`ChangingCounts::write`] wrote, for so many dates, of numbers that are possible
    /// from the date on.
    ///
    /// # Errors
    ///
    /// When it was not written so.
    pub fn read(
        from: &mut Reader<'_>,
        dates: u16,
        is_possible: impl Fn(u16, u128) -> bool,
    ) -> Result<Self> {
        let run = NumberRun::read(from, packed(dates, 0))?;
        for (change, _) in run.iter() {
            let date = (change >> DATE_SHIFT) as u16;
            sound(is_possible(date, number(change)))?;
        }
        Ok(Self {
            changes: NumberCounts::of(run)?,
        })
    }
}

fn packed(date: u16, number: u128) -> u128 {
    u128::from(date) << DATE_SHIFT | number << 1
}

fn number(change: u128) -> u128 {
    (change & ((1 << DATE_SHIFT) - 1)) >> 1
}

/// The numbers that are there on one date after the other.
pub struct Walk<I: Iterator<Item = (u128, u64)>> {
    changes: Peekable<I>,
    date: u16,
    there: NumberRun,
    total: u64,
    different: u64,
}

impl<I: Iterator<Item = (u128, u64)>> Walk<I> {
    /// Goes to the next date, at first to the first, and shows each number that came.
    ///
    /// # Errors
    ///
    /// When more of a number went than came, or there is no memory for those that are there.
    pub fn next_date(&mut self, mut see: impl FnMut(u128)) -> Result<()> {
        let (date, changes) = (self.date, &mut self.changes);
        let (total, different) = (Cell::new(self.total), Cell::new(self.different));
        let is_next = |&(change, _): &(u128, u64)| change >> DATE_SHIFT == u128::from(date);
        let changed = std::iter::from_fn(|| {
            let (change, count) = changes.next_if(is_next)?;
            let (number, went) = (number(change), change & GONE == GONE);
            if went {
                return Some((number, (0, count)));
            }
            see(number);
            let also_went = changes.next_if(|&(next, _)| next == change | GONE);
            Some((number, (count, also_went.map_or(0, |(_, count)| count))))
        });
        let changed = changed.map(|(number, (came, gone))| {
            let (total, different) = (&total, &different);
            let change = move |was: u64| {
                let now = (was + came).checked_sub(gone).ok_or_else(damaged)?;
                total.set(total.get() + came - gone);
                different.set(different.get() + u64::from(was == 0) - u64::from(now == 0));
                Ok(now)
            };
            (number, change)
        });
        self.there = self.there.changed(changed)?;
        (self.total, self.different) = (total.get(), different.get());
        self.date += 1;
        Ok(())
    }

    /// The numbers in ascending order, each with how often it is there.
    pub fn numbers(&self) -> impl Iterator<Item = (u128, u64)> + use<'_, I> {
        self.there.iter()
    }

    /// How many numbers are there.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// How many different ones.
    pub fn different(&self) -> u64 {
        self.different
    }
}

/// The error for changes that nothing can have made.
fn damaged() -> Error {
    Error::argument("states", "are damaged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A number that is there from one date until before another.
    type Stay = (u128, u16, u16);

    const DATES: u16 = 5;

    fn changing(stays: &[Stay]) -> ChangingCounts {
        let mut counts = ChangingCounts::default();
        for &(number, from, until) in stays {
            counts.come(from, number).expect("room");
            if until < DATES {
                counts.go(until, number).expect("room");
            }
        }
        counts
    }

    fn walked(counts: &mut ChangingCounts) -> Vec<Vec<(u128, u64)>> {
        let mut walk = counts.walk().expect("room");
        let mut seen = Vec::new();
        let dates = (0..DATES).map(|_| {
            walk.next_date(|number| seen.push(number)).expect("sound");
            let there: Vec<_> = walk.numbers().collect();
            assert!(there.iter().all(|(number, _)| seen.contains(number)));
            assert_eq!(
                there.iter().map(|&(_, count)| count).sum::<u64>(),
                walk.total()
            );
            assert_eq!(there.len() as u64, walk.different());
            there
        });
        dates.collect()
    }

    fn stays() -> impl Strategy<Value = Vec<Stay>> {
        let number = prop_oneof![0..4u128, 0..1u128 << NUMBER_BITS];
        let stay = (number, 0..DATES, 1..=DATES);
        let stay = stay.prop_map(|(number, from, days)| (number, from, (from + days).min(DATES)));
        prop::collection::vec(stay, 0..40)
    }

    fn read(bytes: &[u8]) -> Result<ChangingCounts> {
        let mut reader = Reader::new(bytes);
        let counts = ChangingCounts::read(&mut reader, DATES, |_, _| true)?;
        reader.end().map(|()| counts)
    }

    proptest! {
        #[test]
        fn on_every_date_there_is_what_came_and_did_not_go(stays in stays(), at in 0..40usize) {
            let (left, right) = stays.split_at(at.min(stays.len()));
            let (mut counts, source) = (changing(right), changing(left));
            counts.merge(&source).expect("room");
            let expected = (0..DATES).map(|date| {
                let mut there: Vec<u128> = stays
                    .iter()
                    .filter(|(_, from, until)| (from..until).contains(&&date))
                    .map(|&(number, ..)| number)
                    .collect();
                there.sort_unstable();
                let same = there.chunk_by(PartialEq::eq);
                same.map(|same| (same[0], same.len() as u64)).collect::<Vec<_>>()
            });
            let expected: Vec<_> = expected.collect();
            prop_assert_eq!(&walked(&mut counts), &expected);
            prop_assert_eq!(&walked(&mut counts), &expected);
            prop_assert_eq!(counts.total() - source.total(), changing(right).total());

            let mut writer = Writer::default();
            counts.write(&mut writer).expect("short");
            let bytes = writer.finish();
            prop_assert_eq!(&walked(&mut read(&bytes).expect("sound")), &expected);
            for end in 0..bytes.len() {
                prop_assert!(read(&bytes[..end]).is_err());
            }
        }
    }

    #[test]
    fn what_went_without_having_come_is_an_error() {
        let mut counts = ChangingCounts::default();
        counts.come(0, 7).expect("room");
        counts.go(1, 8).expect("room");
        let mut walk = counts.walk().expect("room");
        assert_eq!(walk.next_date(|_| {}), Ok(()));
        assert_eq!(walk.next_date(|_| {}), Err(damaged()));
    }

    #[test]
    fn only_what_is_possible_is_read() {
        let mut writer = Writer::default();
        changing(&[(7, 1, 3)]).write(&mut writer).expect("short");
        let bytes = writer.finish();
        let read = |dates, possible: fn(u16, u128) -> bool| {
            ChangingCounts::read(&mut Reader::new(&bytes), dates, possible).is_ok()
        };
        assert!(read(4, |date, number| date >= 1 && number == 7));
        assert!(!read(3, |_, _| true), "it went on the fourth date");
        assert!(!read(4, |date, _| date == 1));
    }
}
