//! Which audiences each customer is in, and how many customers pairs of audiences share.

use crate::error::Result;
use crate::models::numerics::bytes::sound;
use crate::models::numerics::memory::{collected, lengthen};

/// The most audiences of a table of members. They are compared in pairs, which takes 4 MB.
pub const MOST_AUDIENCES: usize = 1_000;
/// The audiences of one customer, by their numbers: one bit each.
#[derive(Clone, Debug, Default)]
pub struct AudienceSet {
    /// The first 128, so that the state of a customer has no heap while there are no more.
    first: [u64; 2],
    more: Vec<u64>,
    repeated: u64,
}

impl AudienceSet {
    /// Adds an audience; adding it again only counts as a repetition.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, audience: u16) -> Result<()> {
        let (word, bit) = (usize::from(audience / 64), 1 << (audience % 64));
        let word = match word.checked_sub(self.first.len()) {
            None => &mut self.first[word],
            Some(word) => {
                lengthen(&mut self.more, word + 1, 0)?;
                &mut self.more[word]
            }
        };
        self.repeated += u64::from(*word & bit > 0);
        *word |= bit;
        Ok(())
    }

    /// Adds everything that `other` has.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        lengthen(&mut self.more, other.more.len(), 0)?;
        self.repeated += other.repeated;
        let into = self.first.iter_mut().chain(&mut self.more);
        let from = other.first.iter().chain(&other.more);
        for (into, from) in into.zip(from) {
            self.repeated += u64::from((*into & from).count_ones());
            *into |= from;
        }
        Ok(())
    }

    /// How often an audience was added that was there already.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.repeated
    }

    /// The bits in order, the lowest of each byte first, without empty bytes at the end.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let words = self.first.iter().chain(&self.more);
        let mut bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
        bytes.truncate(
            bytes
                .iter()
                .rposition(|&byte| byte > 0)
                .map_or(0, |last| last + 1),
        );
        bytes
    }
}

/// The numbers in a set that [`AudienceSet::to_bytes`] made, ascending.
///
/// # Errors
///
/// When it was not made so, or has numbers from `most` on.
pub fn audiences(bytes: &[u8], most: usize) -> Result<impl Iterator<Item = usize>> {
    check(bytes, most)?;
    Ok(numbers(bytes))
}

fn check(bytes: &[u8], most: usize) -> Result<()> {
    let last = bytes.last().copied().unwrap_or(1);
    sound(last > 0 && 8 * bytes.len() <= most + last.leading_zeros() as usize)
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.iter().enumerate().flat_map(|(index, &byte)| {
        (0..8)
            .filter(move |bit| byte >> bit & 1 == 1)
            .map(move |bit| 8 * index + bit)
    })
}

/// The numbers in one such set that are not in another, ascending.
///
/// # Errors
///
/// When either is none of at most [`MOST_AUDIENCES`].
pub fn difference<'a>(
    set: &'a [u8],
    without: &'a [u8],
) -> Result<impl Iterator<Item = usize> + 'a> {
    check(set, MOST_AUDIENCES)?;
    check(without, MOST_AUDIENCES)?;
    Ok(numbers(set).filter(move |number| {
        without
            .get(number / 8)
            .is_none_or(|byte| byte >> (number % 8) & 1 == 0)
    }))
}

/// A pair of audiences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one with the lower number.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// Customers in the first.
    pub customers_a: u64,
    /// Customers in the second.
    pub customers_b: u64,
    /// Customers in both.
    pub both: u64,
}

/// Counts the customers of every pair of audiences, of which there are few enough for a
/// table: 8 bytes per pair.
///
/// 64 customers are counted at a time: with one bit each in a word per audience, a pair costs
/// one `and`. So the work per customer is at most audiences² / 128, however many of them a
/// customer is in.
#[derive(Debug, Default)]
pub struct Overlap {
    /// Customers of the pair a ≤ b at b·(b+1)/2 + a.
    counts: Vec<u64>,
    /// The customers that are not yet counted: a word per audience, a bit per customer.
    words: Vec<u64>,
    waiting: u32,
}

impl Overlap {
    /// Adds a customer with their set.
    ///
    /// # Errors
    ///
    /// When it is none of at most [`MOST_AUDIENCES`], or there is no memory for the pairs.
    pub fn add(&mut self, set: &[u8]) -> Result<()> {
        for audience in audiences(set, MOST_AUDIENCES)? {
            lengthen(&mut self.words, audience + 1, 0)?;
            self.words[audience] |= 1 << self.waiting;
        }
        self.waiting += 1;
        match self.waiting {
            u64::BITS => self.count_waiting(),
            _ => Ok(()),
        }
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for the pairs.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        lengthen(&mut self.counts, other.counts.len(), 0)?;
        let pairs = self.counts.iter_mut().zip(&other.counts);
        pairs.for_each(|(into, from)| *into += from);
        count(&other.words, &mut self.counts)
    }

    /// All pairs, by b and then a; those without a customer in common too.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn finish(&mut self) -> Result<Vec<Pair>> {
        self.count_waiting()?;
        let at = |a, b| self.counts.get(place(a, b)).copied().unwrap_or(0);
        let audiences = (0..).take_while(|&b| place(b, b) < self.counts.len());
        let pairs = audiences.flat_map(|b| (0..b).map(move |a| (a, b)));
        collected(pairs.map(|(a, b)| Pair {
            a,
            b,
            customers_a: at(a, a),
            customers_b: at(b, b),
            both: at(a, b),
        }))
    }

    fn count_waiting(&mut self) -> Result<()> {
        count(&self.words, &mut self.counts)?;
        self.words.fill(0);
        self.waiting = 0;
        Ok(())
    }
}

fn place(a: usize, b: usize) -> usize {
    b * (b + 1) / 2 + a
}

fn count(words: &[u64], counts: &mut Vec<u64>) -> Result<()> {
    let numbered = words.iter().copied().enumerate();
    let used = collected(numbered.filter(|&(_, word)| word > 0))?;
    let Some(&(last, _)) = used.last() else {
        return Ok(());
    };
    lengthen(counts, place(last, last) + 1, 0)?;
    for (index, &(b, in_b)) in used.iter().enumerate() {
        for &(a, in_a) in &used[..=index] {
            counts[place(a, b)] += u64::from((in_a & in_b).count_ones());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(numbers: &[u16]) -> Vec<u8> {
        let mut set = AudienceSet::default();
        numbers
            .iter()
            .for_each(|&number| set.add(number).expect("room"));
        set.to_bytes()
    }

    #[test]
    fn a_set_has_each_number_once_and_in_order() {
        assert!(set(&[]).is_empty());
        assert_eq!(set(&[0, 9, 0]), [1, 2]);
        let bytes = set(&[700, 3, 127, 128, 3]);
        let numbers = audiences(&bytes, 701).expect("it was made");
        assert_eq!(numbers.collect::<Vec<_>>(), [3, 127, 128, 700]);
        let (bytes, without) = (set(&[700, 3, 9]), set(&[9, 5]));
        let numbers = difference(&bytes, &without).expect("they were made");
        assert_eq!(numbers.collect::<Vec<_>>(), [3, 700]);
    }

    #[test]
    fn a_set_of_too_many_or_with_nothing_at_its_end_is_an_error() {
        assert!(audiences(&set(&[700]), 700).is_err());
        assert!(audiences(&[1, 0], 700).is_err());
        assert!(difference(&[], &[255; 126]).is_err());
        assert!(difference(&[255; 126], &[]).is_err());
        assert!(difference(&[255; 125], &[]).is_ok());
        assert!(Overlap::default().add(&[65; 5_000]).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]

        #[test]
        fn pairs_are_counted_one_by_one(
            sets in prop::collection::vec(prop::collection::btree_set(0..30_u16, 0..12), 0..150),
        ) {
            let mut overlap = Overlap::default();
            for numbers in &sets {
                let set = set(&numbers.iter().copied().collect::<Vec<_>>());
                overlap.add(&set).expect("few audiences");
            }
            let last = sets.iter().flatten().max().map_or(0, |&last| usize::from(last));
            let pairs = overlap.finish().expect("room");
            prop_assert_eq!(pairs.len(), last * (last + 1) / 2);
            for pair in pairs {
                let (a, b) = (pair.a as u16, pair.b as u16);
                let count = |wanted: &[u16]| {
                    let having = sets.iter().filter(|set| wanted.iter().all(|n| set.contains(n)));
                    having.count() as u64
                };
                prop_assert_eq!(
                    (pair.customers_a, pair.customers_b, pair.both),
                    (count(&[a]), count(&[b]), count(&[a, b]))
                );
            }
        }
    }
}
