//! The two large forms of a set of days: a bitmap and an unbounded buffer.

use super::day_summary::{DaySummary, summarise};
use crate::error::Result;
use crate::models::numerics::memory::{copied, push, with_room};

/// Words of a bitmap over all `u16` days: 8 KB, the most that one customer's
/// set takes.
const WORDS: usize = 65_536 / 64;

/// One bit per day over the words that are in use.
#[derive(Debug)]
pub(crate) struct Bitmap {
    words: Vec<u64>,
    /// Index of `words[0]` among all [`WORDS`].
    base: usize,
    count: usize,
}

impl Bitmap {
    /// A bitmap of ascending days.
    pub(super) fn from_sorted(days: &[u16]) -> Result<Self> {
        let base = days.first().map_or(0, |&day| usize::from(day) / 64);
        let mut bits = Self {
            words: Vec::new(),
            base,
            count: 0,
        };
        days.iter().try_for_each(|&day| bits.insert(day))?;
        Ok(bits)
    }

    pub(super) fn copied(&self) -> Result<Self> {
        Ok(Self {
            words: copied(&self.words)?,
            ..*self
        })
    }

    pub(super) fn insert(&mut self, day: u16) -> Result<()> {
        let index = usize::from(day) / 64;
        self.cover(index, index)?;
        let word = &mut self.words[index - self.base];
        let bit = 1u64 << (day % 64);
        self.count += usize::from(*word & bit == 0);
        *word |= bit;
        Ok(())
    }

    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        let Some(last) = other.words.len().checked_sub(1) else {
            return Ok(());
        };
        self.cover(other.base, other.base + last)?;
        let offset = other.base - self.base;
        for (into, from) in self.words[offset..].iter_mut().zip(&other.words) {
            *into |= from;
        }
        self.count = self.words.iter().map(|w| w.count_ones() as usize).sum();
        Ok(())
    }

    pub(super) fn try_for_each(&self, mut visit: impl FnMut(u16) -> Result<()>) -> Result<()> {
        for (index, &word) in self.words.iter().enumerate() {
            let mut rest = word;
            while rest != 0 {
                visit(self.day(index, rest.trailing_zeros()))?;
                rest &= rest - 1;
            }
        }
        Ok(())
    }

    pub(super) fn summary(&self) -> Option<DaySummary> {
        let first = self.words.iter().position(|&word| word != 0)?;
        let mut latest = [0u16; 4];
        let mut found = 0;
        'words: for (index, &word) in self.words.iter().enumerate().rev() {
            let mut rest = word;
            while rest != 0 {
                let bit = 63 - rest.leading_zeros();
                latest[found] = self.day(index, bit);
                found += 1;
                if found == latest.len() {
                    break 'words;
                }
                rest &= !(1u64 << bit);
            }
        }
        Some(DaySummary {
            count: self.count,
            first: self.day(first, self.words[first].trailing_zeros()).into(),
            last: latest[0].into(),
            fourth_last: (found == latest.len()).then(|| latest[3].into()),
        })
    }

    /// Grows to the words `from..=to`. To the back it doubles, so ascending
    /// days cost amortised constant time, but never beyond all words.
    fn cover(&mut self, from: usize, to: usize) -> Result<()> {
        if from < self.base {
            let missing = self.base - from;
            let mut words = with_room(missing + self.words.len())?;
            words.resize(missing, 0);
            words.extend_from_slice(&self.words);
            self.words = words;
            self.base = from;
        }
        let needed = to + 1 - self.base;
        if needed > self.words.len() {
            if needed > self.words.capacity() {
                let doubled = (2 * self.words.len()).clamp(needed, (WORDS - self.base).max(needed));
                let mut words = with_room(doubled)?;
                words.extend_from_slice(&self.words);
                self.words = words;
            }
            self.words.resize(needed, 0);
        }
        Ok(())
    }

    /// The sum fits `u16` because only words below [`WORDS`] exist.
    fn day(&self, index: usize, bit: u32) -> u16 {
        ((self.base + index) * 64) as u16 + bit as u16
    }
}

/// Days outside of 1970-01-01 to 2149-06-06, which only wrong data has (0001-01-01, 9999-12-31).
///
/// A buffer of which the front is sorted and distinct. It is compacted when it
/// has doubled, so `n` days in any order cost O(n log n) and the memory stays
/// within twice the distinct days.
#[derive(Debug, Default)]
pub(crate) struct WideDays {
    days: Vec<i32>,
    /// `days[..sorted]` is ascending and distinct.
    sorted: usize,
}

impl WideDays {
    /// Below this many days compacting is not worth it.
    const SMALL: usize = 32;

    pub(super) fn copied(&self) -> Result<Self> {
        Ok(Self {
            days: copied(&self.days)?,
            sorted: self.sorted,
        })
    }

    pub(super) fn insert(&mut self, day: i32) -> Result<()> {
        match self.days.last() {
            Some(&last) if last == day => return Ok(()),
            Some(&last) if last > day => {}
            _ if self.sorted == self.days.len() => self.sorted += 1,
            _ => {}
        }
        push(&mut self.days, day)?;
        if self.days.len() > 2 * self.sorted.max(Self::SMALL) {
            self.settle();
        }
        Ok(())
    }

    /// Puts the days in order.
    pub(super) fn settle(&mut self) {
        if self.sorted < self.days.len() {
            self.days.sort_unstable();
            self.days.dedup();
            self.sorted = self.days.len();
        }
    }

    /// Visits every day at least once.
    pub(super) fn try_for_each(&self, visit: impl FnMut(i32) -> Result<()>) -> Result<()> {
        self.days.iter().copied().try_for_each(visit)
    }

    /// The summary of settled days.
    pub(super) fn summary(&self) -> Option<DaySummary> {
        summarise(&self.days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bitmap_never_takes_more_than_8_kb() {
        let mut bits = Bitmap::from_sorted(&[30_000]).expect("room");
        let forward = (0..=u16::MAX).step_by(7);
        for day in forward.chain((0..=u16::MAX).rev().step_by(5)) {
            bits.insert(day).expect("room");
        }
        assert!(bits.words.capacity() <= WORDS, "{}", bits.words.capacity());
    }

    #[test]
    fn duplicates_do_not_grow_the_buffer() {
        let mut wide = WideDays::default();
        for i in 0..100_000 {
            wide.insert(-(i % 50)).expect("room");
        }
        assert!(wide.days.len() <= 128);
        wide.settle();
        assert_eq!(wide.summary().map(|s| s.count), Some(50));
    }
}
