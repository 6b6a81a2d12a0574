//! The sample of customers that is learned from, on each of many dates.

use super::sample::{MOST_CUSTOMERS, SampledCustomer, hashed};
use crate::error::Result;
use crate::models::numerics::memory::{collected, copied, extend, filled, push, with_room};
use std::cmp::Ordering;

/// Collects customers in any order and any number of parts, and keeps what
/// [`CustomerSample`](super::sample::CustomerSample) keeps of those of each date.
///
/// A customer stays the same until the next purchase, and so in the samples of all dates up to it:
/// they are kept once for all of these.
#[derive(Debug)]
pub struct DatedSamples<const MOST: usize = MOST_CUSTOMERS> {
    /// By date: no larger hash can be among its smallest any more. `None` where no sample is wanted.
    largest: Vec<Option<u64>>,
    stays: Vec<Stay>,
    /// How many there may be before those are left out that are in no sample.
    room: usize,
}

/// A customer from one date until before another, by their places among all dates.
#[derive(Debug)]
struct Stay {
    hash: u64,
    mean: u64,
    days: Vec<i32>,
    weight: u32,
    from: u16,
    until: u16,
}

impl Stay {
    fn customer(&self) -> SampledCustomer<'_> {
        SampledCustomer::new(&self.days, self.mean, self.weight)
    }

    /// The order of the samples, in which those who bought the same are neighbours, and then of the dates.
    fn order(&self, other: &Self) -> Ordering {
        let bought = |stay: &Self| (stay.hash, stay.mean);
        bought(self)
            .cmp(&bought(other))
            .then_with(|| self.days.cmp(&other.days))
            .then_with(|| (self.from, self.until).cmp(&(other.from, other.until)))
    }
}

impl<const MOST: usize> Default for DatedSamples<MOST> {
    fn default() -> Self {
        Self {
            largest: Vec::new(),
            stays: Vec::new(),
            room: 2 * MOST,
        }
    }
}

impl<const MOST: usize> DatedSamples<MOST> {
    /// Samples of the dates on which they are wanted.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn new(is_wanted: impl ExactSizeIterator<Item = bool>) -> Result<Self> {
        Ok(Self {
            largest: collected(is_wanted.map(|is_wanted| is_wanted.then_some(u64::MAX)))?,
            ..Self::default()
        })
    }

    /// Whether a sample of any date is wanted.
    pub fn are_wanted(&self) -> bool {
        self.largest.iter().any(Option::is_some)
    }

    /// Whether a sample of the date is wanted.
    fn is_wanted(&self, date: usize) -> bool {
        self.largest.get(date).is_some_and(Option::is_some)
    }

    /// Adds a customer who has these ascending purchase days from one date until before another.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn add(&mut self, days: &[i32], mean: Option<f64>, from: u16, until: u16) -> Result<()> {
        let largest = &self.largest[usize::from(from)..usize::from(until)];
        let (mean, hash) = hashed(days, mean);
        if !is_wanted(largest, hash) {
            return Ok(());
        }
        self.keep(Stay {
            hash,
            mean,
            days: copied(days)?,
            weight: 1,
            from,
            until,
        })
    }

    /// Adds everything that `other` collected, of the same dates.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.largest.is_empty() {
            self.largest = filled(None, other.largest.len())?;
            let wanted = self.largest.iter_mut().zip(&other.largest);
            wanted.for_each(|(largest, other)| *largest = other.map(|_| u64::MAX));
        }
        for stay in &other.stays {
            let largest = &self.largest[usize::from(stay.from)..usize::from(stay.until)];
            if is_wanted(largest, stay.hash) {
                let days = copied(&stay.days)?;
                self.keep(Stay { days, ..*stay })?;
            }
        }
        Ok(())
    }

    fn keep(&mut self, stay: Stay) -> Result<()> {
        if self.stays.len() >= self.room {
            self.settle()?;
        }
        push(&mut self.stays, stay)
    }

    /// Puts equal customers together and leaves out those who are in no sample.
    fn settle(&mut self) -> Result<()> {
        // Equal ones are neighbours.
        self.stays.sort_unstable_by(Stay::order);
        self.stays.dedup_by(|next, kept| {
            let same = next.order(kept).is_eq();
            if same {
                kept.weight = kept.weight.saturating_add(next.weight);
            }
            same
        });
        let mut counted = filled(0, self.largest.len())?;
        // The number of the customer, from 1 on, who was counted last.
        let (mut last, mut number) = (filled(0, self.largest.len())?, 0);
        let (mut kept, mut before) = (0, None::<usize>);
        for place in 0..self.stays.len() {
            let stay = &self.stays[place];
            let is_next = before
                .is_none_or(|before| !stay.customer().is_same(&self.stays[before].customer()));
            number += usize::from(is_next);
            let mut is_kept = false;
            for date in usize::from(stay.from)..usize::from(stay.until) {
                if self.largest[date].is_none() || counted[date] == MOST && last[date] != number {
                    continue;
                }
                is_kept = true;
                if last[date] != number {
                    last[date] = number;
                    counted[date] += 1;
                    if counted[date] == MOST {
                        self.largest[date] = Some(stay.hash);
                    }
                }
            }
            if is_kept {
                self.stays.swap(kept, place);
                before = Some(kept);
                kept += 1;
            }
        }
        self.stays.truncate(kept);
        self.room = (2 * MOST).max(2 * kept);
        Ok(())
    }

    /// The sample of one date after the other; none where none is wanted.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn walk(&mut self) -> Result<SampleWalk<'_, MOST>> {
        self.settle()?;
        let mut coming = collected(0..self.stays.len() as u32)?;
        coming.sort_unstable_by_key(|&place| (self.stays[place as usize].from, place));
        Ok(SampleWalk {
            samples: self,
            date: 0,
            coming,
            came: 0,
            there: Vec::new(),
        })
    }
}

fn is_wanted(largest: &[Option<u64>], hash: u64) -> bool {
    let mut largest = largest.iter().flatten();
    largest.any(|&largest| hash <= largest)
}

/// Goes from date to date.
pub struct SampleWalk<'a, const MOST: usize> {
    samples: &'a DatedSamples<MOST>,
    date: usize,
    /// The places of the stays, in the order of their first dates and then of the samples.
    coming: Vec<u32>,
    came: usize,
    /// The places of those that hold on the date, in the order of the samples.
    there: Vec<u32>,
}

impl<'a, const MOST: usize> SampleWalk<'a, MOST> {
    /// The sample of the next date.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn next_date(&mut self) -> Result<Option<Vec<SampledCustomer<'a>>>> {
        let date = self.date;
        self.date += 1;
        let stays = &self.samples.stays;
        let stay = |place: u32| &stays[place as usize];
        let coming = &self.coming[self.came..];
        let coming =
            &coming[..coming.partition_point(|&place| usize::from(stay(place).from) <= date)];
        self.came += coming.len();
        self.there
            .retain(|&place| usize::from(stay(place).until) > date);
        extend(&mut self.there, coming.iter().copied())?;
        self.there.sort_unstable();
        if !self.samples.is_wanted(date) {
            return Ok(None);
        }
        let mut sample: Vec<SampledCustomer<'_>> = with_room(self.there.len().min(MOST))?;
        for &place in &self.there {
            let customer = stay(place).customer();
            let is_full = sample.len() == MOST;
            match sample.last_mut().filter(|last| last.is_same(&customer)) {
                Some(last) => last.join(&customer),
                None if is_full => break,
                None => push(&mut sample, customer)?,
            }
        }
        Ok(Some(sample))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::CustomerSample;
    use super::*;
    use proptest::prelude::*;

    const DATES: u16 = 5;

    type Customer = (Vec<i32>, Option<f64>, u16, u16);

    fn customers() -> impl Strategy<Value = Vec<Customer>> {
        let days = prop::collection::btree_set(-3..6i32, 1..3);
        let mean = prop_oneof![Just(None), (0..3i32).prop_map(|mean| Some(f64::from(mean)))];
        let customer = (days, mean, 0..DATES, 1..=DATES);
        let customer = customer.prop_map(|(days, mean, from, dates)| {
            (Vec::from_iter(days), mean, from, (from + dates).min(DATES))
        });
        prop::collection::vec(customer, 0..200)
    }

    fn collect(customers: &[Customer]) -> DatedSamples<8> {
        let is_wanted = (0..DATES as usize).map(|date| date != 2);
        let mut samples = DatedSamples::new(is_wanted).expect("few dates");
        for (days, mean, from, until) in customers {
            samples.add(days, *mean, *from, *until).expect("room");
        }
        samples
    }

    fn walked(samples: &mut DatedSamples<8>) -> Vec<Option<Vec<SampledCustomer<'_>>>> {
        let mut walk = samples.walk().expect("room");
        (0..DATES)
            .map(|_| walk.next_date().expect("room"))
            .collect()
    }

    proptest! {
        #[test]
        fn every_date_has_the_sample_of_its_customers(all in customers(), at in 0..200usize) {
            let mut samples: Vec<_> = (0..DATES).map(|date| {
                let mut sample: CustomerSample<8> = CustomerSample::default();
                for (days, mean, _, _) in all.iter().filter(|all| (all.2..all.3).contains(&date)) {
                    sample.add(days, *mean).expect("room");
                }
                sample
            }).collect();
            let expected: Vec<_> = samples.iter_mut().zip(0..).map(|(sample, date)| {
                (date != 2).then(|| sample.customers().expect("room"))
            }).collect();
            let (left, right) = all.split_at(at.min(all.len()));
            let (mut merged, source) = (collect(right), collect(left));
            merged.merge(&source).expect("room");
            prop_assert_eq!(&walked(&mut merged), &expected);
            prop_assert_eq!(&walked(&mut merged), &expected);
            let mut other = DatedSamples::default();
            other.merge(&merged).expect("room");
            prop_assert_eq!(&walked(&mut other), &expected);
        }
    }

    #[test]
    fn what_is_in_no_sample_is_not_kept() {
        let mut samples = DatedSamples::<50>::new([true; 3].into_iter()).expect("few dates");
        for number in 0..100_000 {
            let from = (number % 3) as u16;
            samples.add(&[number % 1_000], None, from, 3).expect("room");
        }
        assert!(samples.stays.len() <= 2 * 3 * 50);
        let mut walk = samples.walk().expect("room");
        for expected in [33, 67, 100] {
            let sample = walk.next_date().expect("room").expect("wanted");
            assert_eq!(sample.len(), 50);
            let weight = |customer: &SampledCustomer<'_>| customer.weight() as i64;
            assert!(
                sample
                    .iter()
                    .all(|customer| (weight(customer) - expected).abs() <= 1)
            );
        }
    }
}
