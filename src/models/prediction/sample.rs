//! A bounded sample of customers, for what is learned from the shop's past.

use crate::error::Result;
use crate::models::numerics::memory::{append, collected, push, with_room};
use crate::models::numerics::mix::mix;

/// The most customers that are learned from, which bounds the time and the memory.
pub const MOST_CUSTOMERS: usize = 20_000;

/// One customer, or several with the same purchases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampledCustomer<'a> {
    days: &'a [i32],
    /// The bits of the mean purchase value.
    mean: u64,
    weight: u32,
}

impl<'a> SampledCustomer<'a> {
    /// `mean` is that of [`hashed`].
    pub(super) const fn new(days: &'a [i32], mean: u64, weight: u32) -> Self {
        Self { days, mean, weight }
    }

    /// Whether they bought the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.mean == other.mean && self.days == other.days
    }

    /// Counts others who bought the same.
    pub(super) const fn join(&mut self, other: &Self) {
        self.weight = self.weight.saturating_add(other.weight);
    }

    /// The purchase days, ascending.
    pub const fn days(&self) -> &'a [i32] {
        self.days
    }

    /// The mean purchase value; `None` where it is not known.
    pub fn mean(&self) -> Option<f64> {
        (self.mean != UNKNOWN).then(|| f64::from_bits(self.mean))
    }

    /// How many customers this is.
    pub fn weight(&self) -> f64 {
        f64::from(self.weight)
    }
}

/// Stands for a mean that is not known: the bits of no finite number.
const UNKNOWN: u64 = u64::MAX;

/// The bits of the mean purchase value, and the hash of what was bought.
pub(super) fn hashed(days: &[i32], mean: Option<f64>) -> (u64, u64) {
    let mean = mean.filter(|mean| mean.is_finite());
    // −0 is 0.
    let mean = mean.map_or(UNKNOWN, |mean| (mean + 0.0).to_bits());
    let hash = days.iter().fold(0, |hash, &day| mix(hash ^ day as u64));
    (mean, mix(hash ^ mean))
}

/// Collects customers in any order and any number of parts, and keeps those with the smallest
/// hash of what they bought. Equal customers count as one with their number as its weight.
///
/// Whom it keeps depends on the purchases alone: neither on the rows' order or split, nor on the
/// thread, the machine or the version. (Bottom-k sampling: Cohen & Kaplan (2007), "Summarizing data
/// using bottom-k sketches", PODC.)
#[derive(Debug)]
pub struct CustomerSample<const MOST: usize = MOST_CUSTOMERS> {
    kept: Vec<SampleEntry>,
    /// The purchase days of all of them: a list of each would be an allocation of each.
    days: Vec<i32>,
    /// No larger hash can be among the smallest any more.
    largest: u64,
}

/// A customer whose days are `days[start..][..count]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SampleEntry {
    hash: u64,
    mean: u64,
    start: usize,
    count: u32,
    weight: u32,
}

impl SampleEntry {
    fn days(self, days: &[i32]) -> &[i32] {
        &days[self.start..][..self.count as usize]
    }
}

impl<const MOST: usize> Default for CustomerSample<MOST> {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            days: Vec::new(),
            largest: u64::MAX,
        }
    }
}

impl<const MOST: usize> CustomerSample<MOST> {
    /// Adds a customer with their ascending purchase days.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn add(&mut self, days: &[i32], mean: Option<f64>) -> Result<()> {
        let (mean, hash) = hashed(days, mean);
        if hash > self.largest {
            return Ok(());
        }
        let customer = SampleEntry {
            hash,
            mean,
            start: 0,
            // A customer has at most one purchase a day.
            count: days.len() as u32,
            weight: 1,
        };
        self.keep(customer, days)
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        for &customer in &other.kept {
            if customer.hash <= self.largest {
                self.keep(customer, customer.days(&other.days))?;
            }
        }
        Ok(())
    }

    fn keep(&mut self, customer: SampleEntry, days: &[i32]) -> Result<()> {
        if self.kept.len() >= 2 * MOST {
            self.settle()?;
        }
        let start = self.days.len();
        append(&mut self.days, days)?;
        push(&mut self.kept, SampleEntry { start, ..customer })
    }

    /// Puts equal customers together and leaves the others with the smallest hash.
    fn settle(&mut self) -> Result<()> {
        let Self {
            kept,
            days,
            largest,
        } = self;
        // Equal ones become neighbours.
        kept.sort_unstable_by(|one, other| {
            (one.hash, one.mean)
                .cmp(&(other.hash, other.mean))
                .then_with(|| one.days(days).cmp(other.days(days)))
        });
        kept.dedup_by(|next, kept| {
            let same = next.mean == kept.mean && next.days(days) == kept.days(days);
            if same {
                kept.weight = kept.weight.saturating_add(next.weight);
            }
            same
        });
        if kept.len() >= MOST {
            kept.truncate(MOST);
            *largest = kept[MOST - 1].hash;
        }
        let mut packed = with_room(kept.iter().map(|customer| customer.count as usize).sum())?;
        for customer in kept {
            let start = packed.len();
            packed.extend_from_slice(customer.days(days));
            customer.start = start;
        }
        *days = packed;
        Ok(())
    }

    /// The sample, ordered by nothing but the purchases.
    ///
    /// # Errors
    ///
    /// When there is no memory to put it in order.
    pub fn customers(&mut self) -> Result<Vec<SampledCustomer<'_>>> {
        self.settle()?;
        collected(self.kept.iter().map(|customer| {
            SampledCustomer::new(customer.days(&self.days), customer.mean, customer.weight)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Bought = (Vec<i32>, Option<f64>);

    fn bought() -> impl Strategy<Value = Vec<Bought>> {
        let days = prop::collection::btree_set(-3..6i32, 1..4);
        let mean = prop_oneof![
            Just(None),
            Just(Some(f64::NAN)),
            Just(Some(-0.0)),
            (0..3i32).prop_map(|mean| Some(f64::from(mean))),
        ];
        let customer = (days, mean).prop_map(|(days, mean)| (Vec::from_iter(days), mean));
        prop::collection::vec(customer, 0..90)
    }

    fn sample(customers: &[Bought]) -> CustomerSample<8> {
        let mut sample = CustomerSample::default();
        for (days, mean) in customers {
            sample.add(days, *mean).expect("room");
        }
        sample
    }

    proptest! {
        #[test]
        fn order_splits_and_repetition_do_not_matter(all in bought(), at in 0..90usize) {
            let mut everybody: CustomerSample = CustomerSample::default();
            for (days, mean) in &all {
                everybody.add(days, *mean).expect("room");
            }
            let everybody = everybody.customers().expect("room");
            let total: f64 = everybody.iter().map(SampledCustomer::weight).sum();
            prop_assert_eq!(total, all.len() as f64);

            let (left, right) = all.split_at(at.min(all.len()));
            let reversed: Vec<_> = right.iter().rev().cloned().collect();
            let (mut merged, source) = (sample(&reversed), sample(left));
            let before = (source.kept.clone(), source.days.clone());
            merged.merge(&source).expect("room");
            prop_assert_eq!((&source.kept, &source.days), (&before.0, &before.1));
            let expected = &everybody[..everybody.len().min(8)];
            prop_assert_eq!(merged.customers().expect("room"), expected);
            prop_assert_eq!(merged.customers().expect("room"), expected);
            let mut whole = sample(&all);
            prop_assert_eq!(whole.customers().expect("room"), expected);
        }
    }

    #[test]
    fn the_memory_is_bounded_and_the_weights_are_whole() {
        let mut sample = CustomerSample::<50>::default();
        for number in 0..100_000 {
            sample.add(&[number % 1_000], None).expect("room");
        }
        assert!(sample.kept.len() <= 100 && sample.days.len() <= 100);
        let kept = sample.customers().expect("room");
        assert_eq!(kept.len(), 50);
        assert!(kept.iter().all(|customer| customer.weight == 100));
    }
}
