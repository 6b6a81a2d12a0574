//! How often each of many numbers was met, in little memory.

use crate::error::{Error, Result};
use crate::models::numerics::memory::{append, copied, push};
use crate::models::numerics::number_run::{MOST_NUMBERS, NumberRun, RunWriter, merged};

/// Collects whole numbers in any order and any number of parts.
///
/// Numbers wait until there are [`WAITING`]; then they become a run, which is sorted, has each number once,
/// and of it the distance to the one before. The more numbers there are, the nearer they are to each
/// other and the more often each was met: so a number takes less memory the more there are.
#[derive(Debug)]
pub struct NumberCounts<K> {
    waiting: Vec<K>,
    /// By level: a run of the next is made of [`FAN_IN`] of one.
    levels: Vec<Vec<NumberRun>>,
    total: u64,
}

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

    /// The numbers of a run.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn of(run: NumberRun) -> Result<Self> {
        let mut counts = Self {
            total: run.iter().map(|(_, count)| count).sum(),
            ..Self::default()
        };
        counts.add_run(0, run)?;
        Ok(counts)
    }

    /// All of them as one run.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn run(&self) -> Result<NumberRun> {
        let mut waiting = copied(&self.waiting)?;
        let last = run_of(&mut waiting)?;
        let mut whole = RunWriter::default();
        for (number, count) in merged(self.levels.iter().flatten().chain([&last])) {
            whole.write(number, count)?;
        }
        Ok(whole.finish())
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
                self.add_run(level, run.copied()?)?;
            }
        }
        append(&mut self.waiting, &other.waiting)?;
        // Those of one query have room, those of states may be any.
        let total = self.total.saturating_add(other.total);
        if total > MOST_NUMBERS {
            return Err(Error::argument("states", "have too many customers"));
        }
        self.total = total;
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
        let run = run_of(&mut self.waiting)?;
        self.waiting.clear();
        self.add_run(0, run)
    }

    fn add_run(&mut self, level: usize, mut run: NumberRun) -> Result<()> {
        for level in level.. {
            while self.levels.len() <= level {
                push(&mut self.levels, Vec::new())?;
            }
            let runs = &mut self.levels[level];
            push(runs, run)?;
            if runs.len() < FAN_IN {
                return Ok(());
            }
            let mut next = RunWriter::default();
            for (number, count) in merged(runs.iter()) {
                next.write(number, count)?;
            }
            runs.clear();
            run = next.finish();
        }
        Ok(())
    }
}

/// The run of numbers in any order, which it sorts.
fn run_of<K: Copy + Ord + Into<u128>>(numbers: &mut [K]) -> Result<NumberRun> {
    numbers.sort_unstable();
    let mut run = RunWriter::default();
    for same in numbers.chunk_by(PartialEq::eq) {
        run.write(same[0].into(), same.len() as u64)?;
    }
    Ok(run.finish())
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
    counts.map(|(ordered, count)| (of_ordered(ordered as u64), count))
}

/// The number of such a whole number.
pub fn of_ordered(ordered: u64) -> f64 {
    f64::from_bits(ordered ^ (if ordered & SIGN == 0 { u64::MAX } else { SIGN }))
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
        let runs: usize = counts.levels.iter().flatten().map(NumberRun::bytes).sum();
        assert!(
            runs < 8_000_000 && counts.waiting.capacity() <= WAITING,
            "{runs}"
        );
        let found = counts.sorted().expect("room");
        assert!(found.eq((0..2_000_000).map(|number| (number, 2))));
    }
}
