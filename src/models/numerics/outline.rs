//! An order statistic of more numbers than there is memory for, in two passes. The first makes a
//! [`BitHistogram`] and knows of most buckets that the statistic cannot lie in them: it hands on an
//! outline in which these are closed, with what they hold in all. The second keeps the numbers of the
//! open ones, and decides among them. So the result is exact, and the memory that of a histogram and
//! of a few of its buckets.

use super::bytes::{Reader, Writer, sound};
use super::checks::changed;
use super::histogram::{BitHistogram, BucketTally, Mass, Range};
use super::memory::{copied, extend, push};
use super::ordered_bits::ordered_bits;
use super::sum::Sum;
use crate::error::{Error, Result};

/// How many buckets the first pass has.
pub const MOST_BUCKETS: usize = 1 << 16;

/// What is known of numbers on end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Each of them is needed.
    Open,
    /// Their number and sum do.
    Below,
    /// Their number does.
    Above,
}

/// Numbers on end, of one class.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// The ordered bits of the last number that it may hold.
    last: i64,
    class: Class,
    mass: Mass,
}

/// Appends the outline of a population in which each range, which are ascending, has its class.
///
/// # Errors
///
/// When there is no memory for it.
pub fn write(to: &mut Writer, ranges: impl Iterator<Item = (Range<Mass>, Class)>) -> Result<()> {
    let mut blocks: Vec<Block> = Vec::new();
    for (range, class) in ranges {
        match blocks.last_mut() {
            Some(block) if block.class == class => {
                block.last = range.last;
                block.mass.join(&range.tally);
            }
            _ => push(
                &mut blocks,
                Block {
                    last: range.last,
                    class,
                    mass: range.tally,
                },
            )?,
        }
    }
    to.value(blocks.len() as u32)?;
    for Block { last, class, mass } in blocks {
        to.value(last.cast_unsigned())?;
        to.value(class as u32)?;
        to.value(mass.count)?;
        mass.sum
            .parts()
            .into_iter()
            .try_for_each(|part| to.value(part))?;
    }
    Ok(())
}

fn read(from: &mut Reader<'_>) -> Result<Vec<Block>> {
    let mut blocks: Vec<Block> = Vec::new();
    for _ in 0..from.value::<u32>()? {
        let last = from.value::<u64>()?.cast_signed();
        let class = match from.value::<u32>()? {
            0 => Class::Open,
            1 => Class::Below,
            2 => Class::Above,
            _ => return Err(super::bytes::foreign()),
        };
        let count = from.value()?;
        let parts: [f64; 2] = from.array()?;
        let sum = Sum::from_parts(parts);
        sound(blocks.last().is_none_or(|block| block.last < last))?;
        // Sums of so many numbers stay whole numbers where ranks are doubled.
        sound(count < 1 << 53 && parts.iter().all(|part| part.is_finite()))?;
        let mass = Mass { count, sum };
        push(&mut blocks, Block { last, class, mass })?;
    }
    Ok(blocks)
}

/// What the second pass knows of a population, in ascending order.
#[derive(Clone, Copy, Debug)]
pub enum Crowd {
    /// So many equal numbers.
    Equal(f64, u64),
    /// Numbers of a class that is not open.
    Closed(Class, Mass),
}

impl Crowd {
    /// How many numbers.
    pub fn count(&self) -> u64 {
        match self {
            Self::Equal(_, count) => *count,
            Self::Closed(_, mass) => mass.count,
        }
    }

    /// The number that all are.
    ///
    /// # Errors
    ///
    /// When the outline is not that of these numbers, because then what is asked for is open.
    pub fn value(&self) -> Result<f64> {
        match self {
            Self::Equal(value, _) => Ok(*value),
            Self::Closed(..) => Err(other_numbers()),
        }
    }
}

fn other_numbers() -> Error {
    Error::argument("outline", "must be that of the same numbers")
}

/// One population of the second pass.
#[derive(Debug, Default)]
struct OutlinedNumbers {
    blocks: Vec<Block>,
    /// The numbers of the open blocks.
    held: BitHistogram<u64, { usize::MAX }>,
    /// How many numbers of the others were added.
    passed: u64,
}

/// The second pass over `N` populations, in any order and any number of parts. What no block holds is
/// open, so without blocks all numbers are kept.
#[derive(Debug)]
pub struct SecondPass<const N: usize> {
    outline: Vec<u8>,
    populations: [OutlinedNumbers; N],
}

impl<const N: usize> Default for SecondPass<N> {
    fn default() -> Self {
        Self {
            outline: Vec::new(),
            populations: std::array::from_fn(|_| OutlinedNumbers::default()),
        }
    }
}

impl<const N: usize> SecondPass<N> {
    /// Takes the outline of all populations, [`write`]n one after the other, which is the same in
    /// every call.
    ///
    /// # Errors
    ///
    /// When it is no outline, or another one than before, or there is no memory for it.
    #[inline]
    pub fn open(&mut self, outline: &[u8]) -> Result<()> {
        if self.outline == outline {
            return Ok(());
        }
        if !self.outline.is_empty() {
            return Err(changed("outline"));
        }
        let mut reader = Reader::new(outline);
        for population in &mut self.populations {
            population.blocks = read(&mut reader)?;
        }
        reader.end()?;
        self.outline = copied(outline)?;
        Ok(())
    }

    /// Adds a number of a population, which is not NaN.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    #[inline]
    pub fn add(&mut self, population: usize, value: f64) -> Result<()> {
        let population = &mut self.populations[population];
        let bits = ordered_bits(value);
        let at = population.blocks.partition_point(|block| block.last < bits);
        match population.blocks.get(at) {
            Some(block) if block.class != Class::Open => {
                population.passed += 1;
                Ok(())
            }
            _ => population.held.add(value),
        }
    }

    /// Adds everything that `other` kept.
    ///
    /// # Errors
    ///
    /// When its outline is another one, or there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if !other.outline.is_empty() {
            self.open(&other.outline)?;
        }
        for (ours, others) in self.populations.iter_mut().zip(&other.populations) {
            ours.held.merge(&others.held)?;
            ours.passed += others.passed;
        }
        Ok(())
    }

    /// What is known of a population, in ascending order.
    ///
    /// # Errors
    ///
    /// When the outline is not that of these numbers, or there is no memory to sort them.
    pub fn crowds(&mut self, population: usize) -> Result<Vec<Crowd>> {
        let OutlinedNumbers {
            blocks,
            held,
            passed,
        } = &mut self.populations[population];
        let closed = blocks.iter().filter(|block| block.class != Class::Open);
        let closed = closed.map(|block| block.mass.count);
        if closed.fold(0, u64::saturating_add) != *passed {
            return Err(other_numbers());
        }
        let equal = |same: Range<u64>| Crowd::Equal(same.lowest(), same.tally);
        let mut held = held.ranges()?.into_iter().peekable();
        let mut crowds = Vec::new();
        for block in blocks {
            if block.class != Class::Open {
                push(&mut crowds, Crowd::Closed(block.class, block.mass))?;
                continue;
            }
            while let Some(same) = held.next_if(|same| same.last <= block.last) {
                push(&mut crowds, equal(same))?;
            }
        }
        extend(&mut crowds, held.map(equal))?;
        Ok(crowds)
    }
}
