//! A bounded sample of customers, for what is learned from the shop's past.

use crate::error::Result;
use crate::models::numerics::memory::{append, copied, push};
use crate::models::numerics::mix::mix;

/// The most customers that are learned from, which bounds the time and the memory.
pub const MOST_CUSTOMERS: usize = 20_000;

/// One customer, or several with the same purchases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SampledCustomer {
    hash: u64,
    /// The bits of the mean purchase value.
    mean: u64,
    days: Vec<i32>,
    weight: u32,
}

impl SampledCustomer {
    /// The purchase days, ascending.
    pub fn days(&self) -> &[i32] {
        &self.days
    }

    /// The mean purchase value; `None` where it is not known.
    pub fn mean(&self) -> Option<f64> {
        (self.mean != UNKNOWN).then(|| f64::from_bits(self.mean))
    }

    /// How many customers this is.
    pub fn weight(&self) -> f64 {
        f64::from(self.weight)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.mean == other.mean && self.days == other.days
    }
}

/// Stands for a mean that is not known: the bits of no finite number.
const UNKNOWN: u64 = u64::MAX;

/// Collects customers in any order and any number of parts, and keeps those with the smallest
/// hash of what they bought. Equal customers count as one with their number as its weight.
///
/// Whom it keeps depends on the purchases alone: neither on the rows' order or split, nor on the
/// thread, the machine or the version. (Bottom-k sampling: Cohen & Kaplan (2007), "Summarizing data
/// using bottom-k sketches", PODC.)
#[derive(Debug)]
pub struct CustomerSample<const MOST: usize = MOST_CUSTOMERS> {
    customers: Vec<SampledCustomer>,
    /// No larger hash can be among the smallest any more.
    largest: u64,
}

impl<const MOST: usize> Default for CustomerSample<MOST> {
    fn default() -> Self {
        Self {
            customers: Vec::new(),
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
        let mean = mean.filter(|mean| mean.is_finite());
        // −0 is 0.
        let mean = mean.map_or(UNKNOWN, |mean| (mean + 0.0).to_bits());
        let hash = days.iter().fold(0, |hash, &day| mix(hash ^ day as u64));
        let hash = mix(hash ^ mean);
        if hash <= self.largest {
            let days = copied(days)?;
            let weight = 1;
            let customer = SampledCustomer {
                hash,
                mean,
                days,
                weight,
            };
            self.make_room()?;
            push(&mut self.customers, customer)?;
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        for customer in &other.customers {
            if customer.hash <= self.largest {
                self.make_room()?;
                append(&mut self.customers, std::slice::from_ref(customer))?;
            }
        }
        Ok(())
    }

    fn make_room(&mut self) -> Result<()> {
        if self.customers.len() >= 2 * MOST {
            self.settle();
        }
        Ok(())
    }

    /// Puts equal customers together and leaves the others with the smallest hash.
    fn settle(&mut self) {
        // Equal ones are neighbours, because their weight is compared last.
        self.customers.sort_unstable();
        self.customers.dedup_by(|next, kept| {
            let same = next.is_same(kept);
            if same {
                kept.weight = kept.weight.saturating_add(next.weight);
            }
            same
        });
        if self.customers.len() >= MOST {
            self.customers.truncate(MOST);
            self.largest = self.customers[MOST - 1].hash;
        }
    }

    /// The sample, ordered by nothing but the purchases.
    pub fn customers(&mut self) -> &[SampledCustomer] {
        self.settle();
        &self.customers
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
            let everybody = everybody.customers().to_vec();
            let total: f64 = everybody.iter().map(SampledCustomer::weight).sum();
            prop_assert_eq!(total, all.len() as f64);

            let (left, right) = all.split_at(at.min(all.len()));
            let reversed: Vec<_> = right.iter().rev().cloned().collect();
            let (mut merged, source) = (sample(&reversed), sample(left));
            let before = source.customers.clone();
            merged.merge(&source).expect("room");
            prop_assert_eq!(&source.customers, &before);
            prop_assert_eq!(merged.customers(), &everybody[..everybody.len().min(8)]);
            prop_assert_eq!(merged.customers(), &everybody[..everybody.len().min(8)]);
            let mut whole = sample(&all);
            prop_assert_eq!(whole.customers(), &everybody[..everybody.len().min(8)]);
        }
    }

    #[test]
    fn the_memory_is_bounded_and_the_weights_are_whole() {
        let mut sample = CustomerSample::<50>::default();
        for number in 0..100_000 {
            sample.add(&[number % 1_000], None).expect("room");
        }
        assert!(sample.customers.len() <= 100);
        let kept = sample.customers();
        assert_eq!(kept.len(), 50);
        assert!(kept.iter().all(|customer| customer.weight == 100));
    }
}
