//! A histogram of numbers by as many of their leading bits as there is room for.

use super::memory::{append, collected, push, with_room};
use super::ordered_bits::{from_ordered_bits, ordered_bits};
use super::sum::Sum;
use crate::error::Result;
use std::iter::Peekable;

/// What a bucket keeps of its numbers.
pub trait BucketTally: Copy {
    /// That of so many times one number.
    fn of(value: f64, count: u64) -> Self;
    /// Adds that of other numbers.
    fn join(&mut self, other: &Self);
    /// How many there are.
    fn count(&self) -> u64;
}

impl BucketTally for u64 {
    fn of(_value: f64, count: u64) -> Self {
        count
    }
    fn join(&mut self, other: &Self) {
        *self += other;
    }
    fn count(&self) -> u64 {
        *self
    }
}

/// How many numbers there are, and their sum.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mass {
    /// How many there are.
    pub count: u64,
    /// What they add up to.
    pub sum: Sum,
}

impl BucketTally for Mass {
    fn of(value: f64, count: u64) -> Self {
        let mut sum = Sum::default();
        sum.add_times(value, count);
        Self { count, sum }
    }
    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.sum.merge(&other.sum);
    }
    fn count(&self) -> u64 {
        self.count
    }
}

/// Numbers that agree in their leading bits.
#[derive(Clone, Copy, Debug)]
struct Bucket<T> {
    bits: i64,
    tally: T,
}

/// A bucket and its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<T> {
    /// The ordered bits of the least number it may hold.
    pub first: i64,
    /// The ordered bits of the greatest number it may hold.
    pub last: i64,
    /// What it holds.
    pub tally: T,
}

impl<T> Range<T> {
    /// The least number it may hold.
    pub fn lowest(&self) -> f64 {
        from_ordered_bits(self.first)
    }

    /// The greatest number it may hold.
    pub fn highest(&self) -> f64 {
        from_ordered_bits(self.last)
    }
}

/// Numbers that wait until there are so many are sorted at once.
const WAITING: usize = 1 << 16;

/// At most `MOST` buckets, which agree in as many leading bits as this allows. With no more
/// than `MOST` distinct numbers each has a bucket of its own, and nothing is lost.
///
/// How many bits that are depends on the numbers alone: the distinct beginnings of all of them
/// are at least as many as those of a part, so a part never has dropped a bit that the whole
/// keeps.
#[derive(Debug)]
pub struct BitHistogram<T, const MOST: usize> {
    waiting: Vec<i64>,
    /// Ascending.
    buckets: Vec<Bucket<T>>,
    /// How many trailing bits were dropped.
    dropped: u32,
}

impl<T, const MOST: usize> Default for BitHistogram<T, MOST> {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            buckets: Vec::new(),
            dropped: 0,
        }
    }
}

impl<T: BucketTally, const MOST: usize> BitHistogram<T, MOST> {
    /// Adds a number that is not NaN.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    #[inline]
    pub fn add(&mut self, value: f64) -> Result<()> {
        push(&mut self.waiting, ordered_bits(value))?;
        self.settle_many()
    }

    /// Adds everything that `other` counted.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.waiting, &other.waiting)?;
        if !other.buckets.is_empty() {
            self.drop_bits(other.dropped.saturating_sub(self.dropped));
            let more = self.dropped - other.dropped;
            self.absorb(
                other.buckets.iter().map(|&bucket| bucket.shorter(more)),
                other.buckets.len(),
            )?;
        }
        self.settle_many()
    }

    /// The buckets in ascending order.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn ranges(&mut self) -> Result<Vec<Range<T>>> {
        self.settle()?;
        collected(self.ranges_of(self.dropped))
    }

    /// How many trailing bits are dropped.
    ///
    /// # Errors
    ///
    /// When there is no memory to count what waits.
    pub fn dropped(&mut self) -> Result<u32> {
        self.settle()?;
        Ok(self.dropped)
    }

    /// The buckets with so many bits dropped, which must not be fewer than
    /// [`dropped`](Self::dropped) told; one may come in parts, one after the other.
    pub fn ranges_of(&self, dropped: u32) -> impl Iterator<Item = Range<T>> {
        let (more, first) = (dropped - self.dropped, ordered_bits(f64::NEG_INFINITY));
        self.buckets.iter().map(move |bucket| {
            let bucket = bucket.shorter(more);
            let begin = bucket.bits << dropped;
            Range {
                first: begin.max(first),
                last: (begin | !(-1 << dropped)).min(ordered_bits(f64::INFINITY)),
                tally: bucket.tally,
            }
        })
    }

    fn settle_many(&mut self) -> Result<()> {
        // The room grows with the buckets, so that each of them is seldom written anew.
        if self.waiting.len() < WAITING.max(self.buckets.len() / 2) {
            return Ok(());
        }
        self.settle()
    }

    /// Counts what waits.
    fn settle(&mut self) -> Result<()> {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_unstable();
        let distinct = waiting.chunk_by(|a, b| a == b).count();
        let dropped = self.dropped;
        let counted = waiting.chunk_by(|a, b| a == b).map(|same| Bucket {
            bits: same[0] >> dropped,
            tally: T::of(from_ordered_bits(same[0]), same.len() as u64),
        });
        if distinct > 0 {
            self.absorb(counted, distinct)?;
        }
        waiting.clear();
        self.waiting = waiting;
        Ok(())
    }

    /// Adds at most `count` buckets in ascending order, of which several may be the same.
    fn absorb(&mut self, more: impl Iterator<Item = Bucket<T>>, count: usize) -> Result<()> {
        let mut merged: Vec<Bucket<T>> = with_room(self.buckets.len() + count)?;
        let (mut ours, mut more) = (self.buckets.iter().copied().peekable(), more.peekable());
        while let Some(bucket) = least(&mut ours, &mut more) {
            match merged.last_mut() {
                Some(last) if last.bits == bucket.bits => last.tally.join(&bucket.tally),
                _ => merged.push(bucket),
            }
        }
        self.buckets = merged;
        self.make_fit();
        Ok(())
    }

    /// Drops as many bits as it takes.
    fn make_fit(&mut self) {
        if self.buckets.len() <= MOST {
            return;
        }
        // Neighbours stay apart until the highest bit in which they differ is dropped.
        let mut apart = [0_usize; 65];
        for pair in self.buckets.windows(2) {
            apart[64 - (pair[0].bits ^ pair[1].bits).leading_zeros() as usize] += 1;
        }
        let (mut left, mut more) = (self.buckets.len(), 0);
        while left > MOST.max(1) && more < 63 {
            more += 1;
            left -= apart[more];
        }
        self.drop_bits(more as u32);
    }

    fn drop_bits(&mut self, more: u32) {
        if more == 0 {
            return;
        }
        self.dropped += more;
        self.buckets
            .iter_mut()
            .for_each(|bucket| *bucket = bucket.shorter(more));
        self.buckets.dedup_by(|next, kept| {
            let same = next.bits == kept.bits;
            if same {
                kept.tally.join(&next.tally);
            }
            same
        });
    }
}

impl<T: BucketTally> Bucket<T> {
    fn shorter(self, more: u32) -> Self {
        Self {
            bits: self.bits >> more,
            ..self
        }
    }
}

fn least<T: Copy>(
    a: &mut Peekable<impl Iterator<Item = Bucket<T>>>,
    b: &mut Peekable<impl Iterator<Item = Bucket<T>>>,
) -> Option<Bucket<T>> {
    match (a.peek(), b.peek()) {
        (Some(first), Some(second)) if first.bits <= second.bits => a.next(),
        (_, Some(_)) => b.next(),
        _ => a.next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By definition: the fewest dropped bits with which there are at most four beginnings.
    fn expected(values: &[f64]) -> Vec<Range<u64>> {
        let bits: Vec<i64> = values.iter().map(|&value| ordered_bits(value)).collect();
        let counted = |dropped: u32| {
            let mut counts = std::collections::BTreeMap::new();
            for bits in &bits {
                *counts.entry(bits >> dropped).or_insert(0) += 1;
            }
            counts
        };
        let dropped = (0..64)
            .find(|&dropped| counted(dropped).len() <= 4)
            .expect("two are left at last");
        let range = |(begin, tally): (i64, u64)| Range {
            first: (begin << dropped).max(ordered_bits(f64::NEG_INFINITY)),
            last: ((begin << dropped) | !(-1 << dropped)).min(ordered_bits(f64::INFINITY)),
            tally,
        };
        counted(dropped).into_iter().map(range).collect()
    }

    fn histogram(values: &[f64]) -> BitHistogram<u64, 4> {
        let mut histogram = BitHistogram::default();
        values
            .iter()
            .for_each(|&value| histogram.add(value).expect("room"));
        histogram
    }

    fn value() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>(),
            (-5..5i32).prop_map(f64::from),
            (0..100i32).prop_map(|n| 100.0 + f64::from(n) * 1e-9),
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
        ]
    }

    proptest! {
        #[test]
        fn as_many_bits_are_kept_as_there_is_room_for(
            values in prop::collection::vec(value(), 0..40),
            at in 0..40_usize,
            settled in any::<bool>(),
        ) {
            let (left, right) = values.split_at(at.min(values.len()));
            let (mut merged, mut other) = (histogram(right), histogram(left));
            if settled {
                other.settle().expect("room");
                merged.settle().expect("room");
            }
            merged.merge(&other).expect("room");
            prop_assert_eq!(merged.ranges().expect("room"), expected(&values));
            prop_assert_eq!(histogram(&values).ranges().expect("room"), expected(&values));
        }
    }

    #[test]
    fn many_numbers_are_counted_as_they_come() {
        let mut histogram = BitHistogram::<Mass, 1000>::default();
        for number in 0..300_000_u32 {
            histogram
                .add(f64::from(number * 7_919 % 300_007))
                .expect("room");
        }
        assert!(histogram.buckets.len() <= 1000 && histogram.waiting.capacity() <= 2 * WAITING);
        let ranges = histogram.ranges().expect("room");
        assert!(ranges.len() > 500);
        assert_eq!(
            ranges.iter().map(|range| range.tally.count).sum::<u64>(),
            300_000
        );
        for range in ranges {
            let mean = range.tally.sum.value() / range.tally.count as f64;
            assert!((range.lowest()..=range.highest()).contains(&mean));
        }
    }
}
