//! How often each of many numbers was met, in little memory.

use crate::error::Result;
use crate::models::numerics::memory::{append, copied, grow, push};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Collects whole numbers in any order and any number of parts.
///
/// Numbers wait until there are [`WAITING`]; then they become a run, which is sorted, has each number once,
/// and of it the distance to the one before. The more numbers there are, the nearer they are to each
/// other and the more often each was met: so a number takes less memory the more there are.
#[derive(Debug)]
pub struct NumberCounts<K> {
    waiting: Vec<K>,
    /// By level: a run of the next is made of [`FAN_IN`] of one.
    levels: Vec<Vec<Run>>,
    total: u64,
}

/// A sorted run: of each number (distance << 1 | more), more if it was met more often than once, and
/// then how often more than twice; each with seven bits a byte, the lowest first (LEB128).
type Run = Vec<u8>;

/// Numbers that wait to be sorted: 2 MB of the largest, beside which what a thread needs is little.
const WAITING: usize = 1 << 17;

/// Runs that are merged at once.
const FAN_IN: usize = 8;

impl<K> Default for NumberCounts<K> {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            levels: Vec::new(),
            total: 0,
        }
    }
}

impl<K: Copy + Ord + Into<u128>> NumberCounts<K> {
    /// How many numbers were added.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Adds a number.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, number: K) -> Result<()> {
        push(&mut self.waiting, number)?;
        self.total += 1;
        if self.waiting.len() == WAITING {
            self.sort()?;
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        for (level, runs) in other.levels.iter().enumerate() {
            for run in runs {
                self.add_run(level, copied(run)?)?;
            }
        }
        append(&mut self.waiting, &other.waiting)?;
        self.total += other.total;
        if self.waiting.len() >= WAITING {
            self.sort()?;
        }
        Ok(())
    }

    /// Every number in ascending order with how often it was added. More may be added afterwards.
    ///
    /// # Errors
    ///
    /// When there is no memory to sort those that wait.
    pub fn sorted(&mut self) -> Result<impl Iterator<Item = (u128, u64)> + use<'_, K>> {
        self.sort()?;
        Ok(merged(self.levels.iter().flatten()))
    }

    /// Makes a run of those that wait.
    fn sort(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.waiting.sort_unstable();
        let mut run = Writing::default();
        for same in self.waiting.chunk_by(PartialEq::eq) {
            run.write(same[0].into(), same.len() as u64)?;
        }
        self.waiting.clear();
        self.add_run(0, run.finish())
    }

    fn add_run(&mut self, level: usize, mut run: Run) -> Result<()> {
        for level in level.. {
            while self.levels.len() <= level {
                push(&mut self.levels, Vec::new())?;
            }
            let runs = &mut self.levels[level];
            push(runs, run)?;
            if runs.len() < FAN_IN {
                return Ok(());
            }
            let mut next = Writing::default();
            for (number, count) in merged(runs.iter()) {
                next.write(number, count)?;
            }
            runs.clear();
            run = next.finish();
        }
        Ok(())
    }
}

/// Numbers of several runs in ascending order, each once.
fn merged<'a>(runs: impl Iterator<Item = &'a Run>) -> impl Iterator<Item = (u128, u64)> {
    let mut readings: Vec<RunReader<'a>> = runs.filter_map(RunReader::first).collect();
    let places = readings.iter().enumerate();
    let mut heads: BinaryHeap<Reverse<(u128, usize)>> = places
        .map(|(place, reading)| Reverse((reading.number, place)))
        .collect();
    std::iter::from_fn(move || {
        let mut found: Option<(u128, u64)> = None;
        while let Some(mut head) = heads.peek_mut() {
            let Reverse((number, place)) = *head;
            let reading = &mut readings[place];
            match &mut found {
                Some((same, _)) if *same != number => break,
                Some((_, counted)) => *counted += reading.count,
                None => found = Some((number, reading.count)),
            }
            match reading.next() {
                Some(next) => {
                    *reading = next;
                    *head = Reverse((next.number, place));
                }
                None => {
                    PeekMut::pop(head);
                }
            }
        }
        found
    })
}

/// A place in a run.
#[derive(Clone, Copy)]
struct RunReader<'a> {
    number: u128,
    count: u64,
    rest: &'a [u8],
}

impl<'a> RunReader<'a> {
    fn first(run: &'a Run) -> Option<Self> {
        let before = Self {
            number: 0,
            count: 0,
            rest: run,
        };
        before.next()
    }

    fn next(self) -> Option<Self> {
        let (distance, rest) = number(self.rest)?;
        let (count, rest) = if distance & 1 == 0 {
            (1, rest)
        } else {
            let (more, rest) = number(rest)?;
            (more as u64 + 2, rest)
        };
        Some(Self {
            number: self.number + (distance >> 1),
            count,
            rest,
        })
    }
}

const BITS: u32 = 7;
const MORE: u8 = 1 << BITS;

/// The first number and the bytes after it.
fn number(bytes: &[u8]) -> Option<(u128, &[u8])> {
    // Nearly every number fits into a word, which is quicker.
    let (mut low, mut place) = (0u64, 0);
    while place < 9 {
        let byte = *bytes.get(place)?;
        low |= u64::from(byte & !MORE) << (BITS * place as u32);
        place += 1;
        if byte & MORE == 0 {
            return Some((low.into(), &bytes[place..]));
        }
    }
    let mut all = u128::from(low);
    loop {
        let byte = *bytes.get(place)?;
        all |= u128::from(byte & !MORE) << (BITS * place as u32);
        place += 1;
        if byte & MORE == 0 {
            return Some((all, &bytes[place..]));
        }
    }
}

/// A run that is written.
#[derive(Default)]
struct Writing {
    bytes: Run,
    last: u128,
}

impl Writing {
    fn write(&mut self, number: u128, count: u64) -> Result<()> {
        grow(&mut self.bytes, 2 * 19)?;
        let distance = (number - self.last) << 1;
        self.last = number;
        if count == 1 {
            self.put(distance);
        } else {
            self.put(distance | 1);
            self.put(u128::from(count - 2));
        }
        Ok(())
    }

    fn finish(mut self) -> Run {
        self.bytes.shrink_to_fit();
        self.bytes
    }

    fn put(&mut self, number: u128) {
        let mut left = number;
        // Nearly every number fits into a word, which is quicker.
        while left > u128::from(u64::MAX) {
            self.bytes.push(left as u8 | MORE);
            left >>= BITS;
        }
        let mut left = left as u64;
        while left >= u64::from(MORE) {
            self.bytes.push(left as u8 | MORE);
            left >>= BITS;
        }
        self.bytes.push(left as u8);
    }
}

/// A whole number that sorts as [`f64::total_cmp`] does.
pub fn ordered_bits(number: f64) -> u64 {
    let bits = number.to_bits();
    bits ^ (if bits & SIGN == 0 { SIGN } else { u64::MAX })
}

/// The numbers of such whole numbers.
pub fn of_ordered_bits(
    counts: impl Iterator<Item = (u128, u64)>,
) -> impl Iterator<Item = (f64, u64)> {
    counts.map(|(ordered, count)| {
        let ordered = ordered as u64;
        let bits = ordered ^ (if ordered & SIGN == 0 { u64::MAX } else { SIGN });
        (f64::from_bits(bits), count)
    })
}

const SIGN: u64 = 1 << 63;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(numbers: &[u128]) -> Vec<(u128, u64)> {
        let mut sorted = numbers.to_vec();
        sorted.sort_unstable();
        let same = sorted.chunk_by(PartialEq::eq);
        same.map(|same| (same[0], same.len() as u64)).collect()
    }

    proptest! {
        #[test]
        fn all_numbers_come_back_in_order(
            numbers in prop::collection::vec(prop_oneof![0..9u128, any::<u64>().prop_map(u128::from), 0..1u128 << 96], 0..300),
            runs in prop::collection::vec(0..300usize, 0..30), at in 0..300usize,
        ) {
            let (left, right) = numbers.split_at(at.min(numbers.len()));
            let collect = |numbers: &[u128]| {
                let mut counts = NumberCounts::default();
                for (place, &number) in numbers.iter().enumerate() {
                    counts.add(number).expect("room");
                    if runs.contains(&place) {
                        // As if enough had waited.
                        counts.sort().expect("room");
                    }
                }
                counts
            };
            let (mut merged, mut source) = (collect(right), collect(left));
            merged.merge(&source).expect("room");
            prop_assert_eq!(merged.total(), numbers.len() as u64);
            let expected = counted(&numbers);
            prop_assert_eq!(Vec::from_iter(merged.sorted().expect("room")), expected.clone());
            prop_assert_eq!(Vec::from_iter(merged.sorted().expect("room")), expected);
            prop_assert_eq!(Vec::from_iter(source.sorted().expect("room")), counted(left));
        }

        #[test]
        fn floats_sort_and_come_back(a in any::<f64>(), b in any::<f64>()) {
            prop_assert_eq!(ordered_bits(a).cmp(&ordered_bits(b)), a.total_cmp(&b));
            let back = of_ordered_bits(std::iter::once((ordered_bits(a).into(), 3)));
            let back: Vec<_> = back.map(|(float, count)| (float.to_bits(), count)).collect();
            prop_assert_eq!(back, [(a.to_bits(), 3)]);
        }
    }

    #[test]
    fn many_numbers_take_little_memory() {
        let mut counts = NumberCounts::default();
        // A multiplier without a common factor visits every number twice, all over the place.
        for number in 0..4_000_000_u64 {
            counts.add(number * 1_000_003 % 2_000_000).expect("room");
        }
        let runs: usize = counts.levels.iter().flatten().map(Vec::capacity).sum();
        assert!(
            runs < 8_000_000 && counts.waiting.capacity() <= WAITING,
            "{runs}"
        );
        let found = counts.sorted().expect("room");
        assert!(found.eq((0..2_000_000).map(|number| (number, 2))));
    }
}
