//! Ascending numbers, each with how often it was met, in few bytes.

use crate::error::{Error, Result};
use crate::models::numerics::bytes::{Packed, Reader, Writer, sound};
use crate::models::numerics::memory::{append, copied, grow};

/// A sorted run: of each number (distance << 1 | more), more if it was met more often than once, and
/// then how often more than twice; each with seven bits a byte, the lowest first (LEB128).
#[derive(Debug, Default)]
pub struct NumberRun(Vec<u8>);

/// The longest run that is written: two of them are well within the 4 GB of a BLOB.
const MOST_BYTES: usize = 1 << 30;

/// The most numbers of which states can say that they were met: 140 trillion, so that ranks among them can be computed.
pub const MOST_NUMBERS: u64 = 1 << 47;

impl NumberRun {
    /// A copy.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn copied(&self) -> Result<Self> {
        copied(&self.0).map(Self)
    }

    /// The memory that it takes.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.0.capacity()
    }

    /// The numbers in ascending order, each with how often it was met.
    pub fn iter(&self) -> impl Iterator<Item = (u128, u64)> + use<'_> {
        let mut next = RunReader::first(&self.0);
        std::iter::from_fn(move || {
            let reading = next?;
            next = reading.next();
            Some((reading.number, reading.count))
        })
    }

    /// The run after `changes` to ascending numbers, which say of each how often it is there, given how
    /// often it was. What they leave alone is copied as it is, because a distance does not change
    /// where neither of its ends does.
    ///
    /// # Errors
    ///
    /// When a change fails, or there is no memory for the run.
    pub fn changed(
        &self,
        changes: impl Iterator<Item = (u128, impl FnOnce(u64) -> Result<u64>)>,
    ) -> Result<Self> {
        let mut editing = Editing {
            before: &self.0,
            next: RunReader::first(&self.0),
            place: 0,
            now: RunWriter::default(),
            is_aligned: true,
        };
        for (number, change) in changes {
            editing.copy(|next| next < number)?;
            editing.change(number, change)?;
        }
        editing.copy(|_| true)?;
        Ok(editing.now.finish())
    }

    /// Writes the run.
    ///
    /// # Errors
    ///
    /// When there is no memory for it, or it is longer than a BLOB can be.
    pub fn write(&self, to: &mut Writer) -> Result<()> {
        if self.0.len() > MOST_BYTES {
            let problem = "have too many different customers for one part; make smaller parts";
            return Err(Error::argument("orders", problem));
        }
        to.slice(self.0.iter().copied())
    }

    /// Reads what [`NumberRun::write`] wrote, of numbers below `limit`.
    ///
    /// # Errors
    ///
    /// When it was not written so.
    pub fn read(from: &mut Reader<'_>, limit: u128) -> Result<Self> {
        let bytes = from.slice::<u8>()?;
        let run = Self(copied(bytes.chunks::<{ u8::SIZE }>().as_flattened())?);
        let (mut rest, mut last) = (run.0.as_slice(), None);
        let mut total = 0u64;
        while !rest.is_empty() {
            let number = checked_number(&mut rest)?;
            let (distance, more) = (number >> 1, number & 1 == 1);
            let count = if more {
                checked_number(&mut rest)?.checked_add(2)
            } else {
                Some(1)
            };
            let reached = last.unwrap_or(0u128).checked_add(distance);
            let count = count.and_then(|count| u64::try_from(count).ok());
            let sum = count.and_then(|count| total.checked_add(count));
            let sum = sum.filter(|&sum| sum <= MOST_NUMBERS);
            let (Some(reached), Some(sum)) = (reached, sum) else {
                return sound(false).map(|()| run);
            };
            sound(reached < limit && (last.is_none() || distance > 0))?;
            (last, total) = (Some(reached), sum);
        }
        Ok(run)
    }
}

/// A run that is written from another one.
struct Editing<'a> {
    before: &'a [u8],
    /// The next number of that one.
    next: Option<RunReader<'a>>,
    /// Where that number begins.
    place: usize,
    now: RunWriter,
    /// Whether the number before it was written last.
    is_aligned: bool,
}

impl<'a> Editing<'a> {
    /// Copies the next numbers as long as they are those.
    fn copy(&mut self, is_one: impl Fn(u128) -> bool) -> Result<()> {
        let is_next = |next: &RunReader<'a>| is_one(next.number);
        if !self.is_aligned
            && let Some(next) = self.next.filter(is_next)
        {
            self.now.write(next.number, next.count)?;
            self.is_aligned = true;
            self.step(next);
        }
        let (start, mut next) = (self.place, self.next);
        while let Some(reading) = next
            && is_one(reading.number)
        {
            self.now.last = reading.number;
            self.place = self.before.len() - reading.rest.len();
            next = reading.next();
        }
        self.next = next;
        append(&mut self.now.bytes, &self.before[start..self.place])
    }

    /// Writes a number that is not larger than the next.
    fn change(&mut self, number: u128, change: impl FnOnce(u64) -> Result<u64>) -> Result<()> {
        let was = self.next.filter(|next| next.number == number);
        let count = change(was.map_or(0, |next| next.count))?;
        if count > 0 {
            self.now.write(number, count)?;
        }
        self.is_aligned = was.is_some() && count > 0;
        if let Some(next) = was {
            self.step(next);
        }
        Ok(())
    }

    fn step(&mut self, from: RunReader<'a>) {
        self.place = self.before.len() - from.rest.len();
        self.next = from.next();
    }
}

/// The first number, and what is left, of bytes that may be any.
fn checked_number(rest: &mut &[u8]) -> Result<u128> {
    let more = rest.iter().take_while(|&&byte| byte & MORE != 0).count();
    // So that no bit is lost.
    sound(more < (u128::BITS / BITS) as usize)?;
    let found = number(rest);
    sound(found.is_some())?;
    let (number, after) = found.unwrap_or_default();
    *rest = after;
    Ok(number)
}

/// Numbers of several runs in ascending order, each once.
pub fn merged<'a>(runs: impl Iterator<Item = &'a NumberRun>) -> impl Iterator<Item = (u128, u64)> {
    let mut readings: Vec<RunReader<'a>> =
        runs.filter_map(|run| RunReader::first(&run.0)).collect();
    std::iter::from_fn(move || {
        // Runs are few: to look at all of them is quicker than a heap.
        let number = readings.iter().map(|reading| reading.number).min()?;
        let (mut count, mut place) = (0, 0);
        while let Some(reading) = readings.get_mut(place) {
            if reading.number == number {
                count += reading.count;
                let Some(next) = reading.next() else {
                    readings.swap_remove(place);
                    continue;
                };
                *reading = next;
            }
            place += 1;
        }
        Some((number, count))
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
    fn first(run: &'a [u8]) -> Option<Self> {
        let before = Self {
            number: 0,
            count: 0,
            rest: run,
        };
        before.next()
    }

    #[inline]
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
#[inline]
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
pub struct RunWriter {
    bytes: Vec<u8>,
    last: u128,
}

impl RunWriter {
    /// Appends a number, larger than those before, and how often it was met, which is not 0.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    #[inline]
    pub fn write(&mut self, number: u128, count: u64) -> Result<()> {
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

    /// The run.
    pub fn finish(mut self) -> NumberRun {
        self.bytes.shrink_to_fit();
        NumberRun(self.bytes)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn run(numbers: &BTreeMap<u128, u64>) -> NumberRun {
        let mut writer = RunWriter::default();
        for (&number, &count) in numbers {
            writer.write(number, count).expect("room");
        }
        writer.finish()
    }

    fn numbers() -> impl Strategy<Value = BTreeMap<u128, u64>> {
        let number = prop_oneof![0..9u128, any::<u64>().prop_map(u128::from), 0..1u128 << 113];
        let count = prop_oneof![1..4u64, 1..1u64 << 42];
        prop::collection::btree_map(number, count, 0..30)
    }

    fn read(bytes: &[u8], limit: u128) -> Result<NumberRun> {
        let mut reader = Reader::new(bytes);
        let run = NumberRun::read(&mut reader, limit)?;
        reader.end().map(|()| run)
    }

    proptest! {
        #[test]
        fn a_run_comes_back_from_its_bytes(numbers in numbers()) {
            let mut writer = Writer::default();
            run(&numbers).write(&mut writer).expect("short");
            let bytes = writer.finish();
            let back = read(&bytes, 1 << 113).expect("sound");
            prop_assert!(back.iter().eq(numbers.iter().map(|(&number, &count)| (number, count))));
            if let Some((&largest, _)) = numbers.last_key_value() {
                prop_assert!(read(&bytes, largest).is_err());
            }
        }

        #[test]
        fn any_bytes_are_a_run_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut writer = Writer::default();
            writer.slice(bytes.into_iter()).expect("short");
            if let Ok(run) = read(&writer.finish(), 1 << 113) {
                let numbers: Vec<_> = run.iter().collect();
                prop_assert!(numbers.is_sorted_by(|a, b| a.0 < b.0));
                prop_assert!(numbers.iter().all(|&(_, count)| count > 0));
            }
        }

        #[test]
        fn changes_are_made(before in numbers(), changes in numbers()) {
            let mut expected = before.clone();
            for (&number, &change) in &changes {
                // Every third is left out.
                expected.insert(number, expected.get(&number).map_or(change, |was| was / 2 + change));
                if change % 3 == 0 {
                    expected.remove(&number);
                }
            }
            let changed = run(&before).changed(changes.iter().map(|(&number, &change)| {
                let now = move |was| Ok(if change % 3 == 0 { 0 } else { was / 2 + change });
                (number, now)
            }));
            prop_assert_eq!(changed.expect("room").0, run(&expected).0);
        }

        #[test]
        fn runs_are_merged(all in prop::collection::vec(numbers(), 0..5)) {
            let mut expected = BTreeMap::new();
            for (&number, count) in all.iter().flatten() {
                *expected.entry(number).or_insert(0) += count;
            }
            let runs: Vec<_> = all.iter().map(run).collect();
            prop_assert!(merged(runs.iter()).eq(expected));
        }
    }
}
