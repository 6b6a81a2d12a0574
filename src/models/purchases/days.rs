//! A set of distinct days in 32 bytes, the main part of a purchase history.

use super::day_summary::{DaySummary, summarise};
use super::wide_days::{Bitmap, WideDays};
use crate::error::Result;
use crate::models::numerics::checks::is_finite;
use crate::models::numerics::memory::{Boxed, boxed, push, with_room};

/// How many days fit without any heap. Most customers of most shops stay here,
/// and DuckDB can spill such a state.
const INLINE: usize = 15;

/// How many days wait beside a set on the heap. Customers with many days have most of
/// the rows, and touching their heap only for every eleventh day saves the cache misses of
/// the others.
const WAITING: usize = 11;

/// From how many days on a bitmap replaces the sorted list. A list of 64 days
/// is 128 bytes and inserting out of order moves at most that much. It lies in the box
/// itself: one allocation and one cache miss less than a `Vec`.
const LIST: usize = 64;

/// Distinct days since 1970-01-01.
///
/// The common case, days that arrive in ascending order, appends without a
/// search. Every variant but [`DaySet::Wide`] holds days as `u16`, which
/// reaches from 1970-01-01 to 2149-06-06; the first day outside moves the
/// whole set to the wide form.
#[derive(Debug)]
pub(crate) enum DaySet {
    /// Ascending in `days[..len]`.
    Inline { len: u8, days: [u16; INLINE] },
    /// More days, and the latest to arrive, ascending in `waiting[..len]`; a waiting day may be
    /// among the others as well.
    Large {
        len: u8,
        waiting: [u16; WAITING],
        rest: Boxed<Rest>,
    },
    /// Any `i32` day.
    Wide(Boxed<WideDays>),
}

/// The days of a large set that do not wait.
#[derive(Debug)]
pub(crate) enum Rest {
    /// Ascending in `days[..len]`.
    List { len: u8, days: [u16; LIST] },
    /// One bit per day.
    Bitmap(Bitmap),
}

impl Default for DaySet {
    fn default() -> Self {
        Self::Inline {
            len: 0,
            days: [0; INLINE],
        }
    }
}

impl DaySet {
    /// The finite ones of some days up to `until`.
    pub(super) fn until(days: impl Iterator<Item = i32>, until: i32) -> Result<Self> {
        let mut set = Self::default();
        for day in days.filter(|&day| is_finite(day) && day <= until) {
            set.insert(day)?;
        }
        Ok(set)
    }

    /// Adds a day; a day that is already in changes nothing.
    pub(crate) fn insert(&mut self, day: i32) -> Result<()> {
        match u16::try_from(day) {
            Ok(day) => self.insert_near(day),
            Err(_) => self.insert_far(day),
        }
    }

    /// Adds every day of `other`.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<()> {
        if other.capacity_class() > self.capacity_class() {
            let small = std::mem::replace(self, other.copied()?);
            return small.try_for_each(|day| self.insert(day));
        }
        match (&mut *self, other) {
            (
                Self::Large { rest, .. },
                Self::Large {
                    len,
                    waiting,
                    rest: more,
                },
            ) => {
                let [rest] = &mut **rest;
                rest.merge(&more[0])?;
                rest.absorb(&waiting[..usize::from(*len)])
            }
            _ => other.try_for_each(|day| self.insert(day)),
        }
    }

    fn copied(&self) -> Result<Self> {
        Ok(match self {
            Self::Inline { len, days } => Self::Inline {
                len: *len,
                days: *days,
            },
            Self::Large { len, waiting, rest } => Self::Large {
                len: *len,
                waiting: *waiting,
                rest: boxed(rest[0].copied()?)?,
            },
            Self::Wide(days) => Self::Wide(boxed(days[0].copied()?)?),
        })
    }

    /// Puts the days that wait in with the others, which makes reading cheaper.
    pub(crate) fn settle(&mut self) -> Result<()> {
        match self {
            Self::Inline { .. } => {}
            Self::Large { len, waiting, rest } => {
                rest[0].absorb(&waiting[..usize::from(*len)])?;
                *len = 0;
            }
            Self::Wide(days) => days[0].settle(),
        }
        Ok(())
    }

    /// Count, ends and 4th-last day; `None` for the empty set.
    pub(crate) fn summary(&mut self) -> Result<Option<DaySummary>> {
        self.settle()?;
        Ok(match self {
            Self::Inline { len, days } => summarise(&days[..usize::from(*len)]),
            Self::Large { rest, .. } => match &rest[0] {
                Rest::List { len, days } => summarise(&days[..usize::from(*len)]),
                Rest::Bitmap(bits) => bits.summary(),
            },
            Self::Wide(days) => days[0].summary(),
        })
    }

    fn insert_near(&mut self, day: u16) -> Result<()> {
        match self {
            Self::Inline { len, days } => {
                if let Some(position) = position_of(&days[..usize::from(*len)], day)
                    && !insert_at(days, len, position, day)
                {
                    let mut list = [0; LIST];
                    list[..INLINE].copy_from_slice(days);
                    let mut waiting = [0; WAITING];
                    waiting[0] = day;
                    *self = Self::Large {
                        len: 1,
                        waiting,
                        rest: boxed(Rest::List {
                            len: INLINE as u8,
                            days: list,
                        })?,
                    };
                }
            }
            Self::Large { len, waiting, rest } => {
                if let Some(position) = position_of(&waiting[..usize::from(*len)], day)
                    && !insert_at(waiting, len, position, day)
                {
                    rest[0].absorb(waiting)?;
                    waiting[0] = day;
                    *len = 1;
                }
            }
            Self::Wide(days) => days[0].insert(i32::from(day))?,
        }
        Ok(())
    }

    fn insert_far(&mut self, day: i32) -> Result<()> {
        if let Self::Wide(days) = self {
            return days[0].insert(day);
        }
        let mut wide = WideDays::default();
        self.try_for_each(|day| wide.insert(day))?;
        wide.insert(day)?;
        *self = Self::Wide(boxed(wide)?);
        Ok(())
    }

    /// All `count` days of a settled set, ascending.
    pub(super) fn days(&self, count: usize) -> Result<Vec<i32>> {
        let mut days = with_room(count)?;
        self.try_for_each(|day| push(&mut days, day))?;
        Ok(days)
    }

    /// Visits every day at least once; of a settled set once and in ascending order.
    pub(super) fn try_for_each(&self, mut visit: impl FnMut(i32) -> Result<()>) -> Result<()> {
        match self {
            Self::Inline { len, days } => each(&days[..usize::from(*len)], visit),
            Self::Large { len, waiting, rest } => {
                match &rest[0] {
                    Rest::List { len, days } => each(&days[..usize::from(*len)], &mut visit),
                    Rest::Bitmap(bits) => bits.try_for_each(|day| visit(i32::from(day))),
                }?;
                each(&waiting[..usize::from(*len)], visit)
            }
            Self::Wide(days) => days[0].try_for_each(visit),
        }
    }

    /// Orders the variants by how many days they may hold, so that a merge
    /// inserts the smaller set into the larger one.
    fn capacity_class(&self) -> u8 {
        match self {
            Self::Inline { .. } => 0,
            Self::Large { .. } => 1,
            Self::Wide(_) => 2,
        }
    }
}

impl Rest {
    /// Adds ascending days, which may be in already.
    fn absorb(&mut self, new: &[u16]) -> Result<()> {
        for (index, &day) in new.iter().enumerate() {
            match self {
                Self::List { len, days } => {
                    if let Some(position) = position_of(&days[..usize::from(*len)], day)
                        && !insert_at(days, len, position, day)
                    {
                        *self = Self::Bitmap(Bitmap::from_sorted(days)?);
                        return self.absorb(&new[index..]);
                    }
                }
                Self::Bitmap(bits) => bits.insert(day)?,
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        match (&mut *self, other) {
            (_, Self::List { len, days }) => self.absorb(&days[..usize::from(*len)]),
            (Self::Bitmap(into), Self::Bitmap(from)) => into.merge(from),
            (Self::List { len, days }, Self::Bitmap(from)) => {
                let mut bits = from.copied()?;
                for &day in &days[..usize::from(*len)] {
                    bits.insert(day)?;
                }
                *self = Self::Bitmap(bits);
                Ok(())
            }
        }
    }

    fn copied(&self) -> Result<Self> {
        Ok(match self {
            Self::List { len, days } => Self::List {
                len: *len,
                days: *days,
            },
            Self::Bitmap(bits) => Self::Bitmap(bits.copied()?),
        })
    }
}

fn each(days: &[u16], mut visit: impl FnMut(i32) -> Result<()>) -> Result<()> {
    days.iter().try_for_each(|&day| visit(i32::from(day)))
}

/// Inserts into the first `len` of `days`; false where they are full.
fn insert_at<const N: usize>(days: &mut [u16; N], len: &mut u8, position: usize, day: u16) -> bool {
    let used = usize::from(*len);
    if used == N {
        return false;
    }
    // Nothing moves where the day is the last, as it usually is.
    if position < used {
        days.copy_within(position..used, position + 1);
    }
    days[position] = day;
    *len += 1;
    true
}

/// Where to insert `day` into the ascending `days`; `None` if it is there.
fn position_of(days: &[u16], day: u16) -> Option<usize> {
    match days.last() {
        Some(&last) if day == last => None,
        Some(&last) if day < last => days.binary_search(&day).err(),
        _ => Some(days.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const _: () = assert!(size_of::<DaySet>() == 32);

    fn set(days: &[i32]) -> DaySet {
        let mut set = DaySet::default();
        days.iter().for_each(|&day| set.insert(day).expect("room"));
        set
    }

    fn summary(mut set: DaySet) -> Option<DaySummary> {
        set.summary().expect("room")
    }

    fn expected(days: &[i32]) -> Option<DaySummary> {
        let sorted: Vec<i32> = BTreeSet::from_iter(days.iter().copied())
            .into_iter()
            .collect();
        summarise(&sorted)
    }

    /// Days that fill every variant: many near each other, some far, some
    /// outside what `u16` holds.
    fn days() -> impl Strategy<Value = Vec<i32>> {
        let near = prop::collection::vec(10_000..10_100i32, 0..120);
        let spread = prop::collection::vec(0..=65_535i32, 0..120);
        let wide = prop::collection::vec(any::<i32>(), 0..4);
        let many_wide = prop::collection::vec(-800..400i32, 0..900);
        prop_oneof![
            near.clone(),
            (near, spread, wide).prop_map(|(a, b, c)| [a, b, c].concat()),
            many_wide,
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn behaves_like_a_set(days in days()) {
            prop_assert_eq!(summary(set(&days)), expected(&days));
        }

        #[test]
        fn merging_is_adding_and_keeps_the_source(left in days(), right in days()) {
            let mut merged = set(&left);
            let source = set(&right);
            merged.merge(&source).expect("room");
            prop_assert_eq!(summary(merged), expected(&[left, right.clone()].concat()));
            prop_assert_eq!(summary(source), expected(&right));
        }
    }

    #[test]
    fn the_empty_set_is_the_identity() {
        let mut merged = set(&[3, 1, 2]);
        merged.merge(&DaySet::default()).expect("room");
        assert_eq!(merged.summary(), Ok(expected(&[1, 2, 3])));
        let mut empty = DaySet::default();
        empty.merge(&merged).expect("room");
        assert_eq!(empty.summary(), merged.summary());
        assert_eq!(DaySet::default().summary(), Ok(None));
    }

    #[test]
    fn a_full_range_in_any_direction() {
        let ascending: Vec<i32> = (0..=65_535).collect();
        let descending: Vec<i32> = ascending.iter().rev().copied().collect();
        assert_eq!(summary(set(&ascending)), expected(&ascending));
        assert_eq!(summary(set(&descending)), expected(&ascending));
    }
}
