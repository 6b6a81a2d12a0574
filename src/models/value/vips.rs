//! The value from which on a customer is a VIP, in two passes over the values of all customers.

use crate::error::Result;
use crate::models::numerics::bytes::Writer;
use crate::models::numerics::histogram::{BitHistogram, Mass, Range};
use crate::models::numerics::memory::filled;
use crate::models::numerics::outline::{Class, Crowd, MOST_BUCKETS, SecondPass, write};
use crate::models::numerics::sum::Sum;

/// The share of all customer value that the VIPs hold together.
const VIP_VALUE_SHARE: f64 = 0.2;

/// The smallest share of the customers that the VIPs may be.
const VIP_CUSTOMER_SHARE: f64 = 0.01;

/// For how many of the median repeat customer one counts at most when the value of all is
/// added up, so that a single account, or a mistyped amount, does not decide who else is a
/// VIP. If 1 % of the customers held a fifth of the value, each would count for 20 on average.
const MOST_MEDIANS: f64 = VIP_VALUE_SHARE / VIP_CUSTOMER_SHARE;

/// By how much, relatively, the sums of the first pass are taken to be wrong. They are plain sums of
/// at most 2¹⁷ numbers.
const ROUNDING: f64 = 1e-9;

/// The boundaries of the tiers, from the values of all customers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueBounds {
    /// How many customers there are.
    pub customers: i64,
    /// The sum of their values.
    pub total_value: f64,
    /// The smallest value of a VIP; `None` if nobody is one.
    pub vip_value: Option<f64>,
}

/// A customer value as it counts: one that is not finite, or negative, as zero.
fn counting(customer_value: f64) -> f64 {
    if customer_value.is_finite() {
        customer_value.max(0.0)
    } else {
        0.0
    }
}

/// The first pass: collects the customers' values in any order and any number of parts.
#[derive(Debug)]
pub struct ValueOutline<const MOST: usize = MOST_BUCKETS> {
    /// Values of repeat customers; only they can be VIPs.
    repeaters: BitHistogram<Mass, MOST>,
    /// Values of the others.
    others: BitHistogram<Mass, MOST>,
}

impl<const MOST: usize> Default for ValueOutline<MOST> {
    fn default() -> Self {
        Self {
            repeaters: BitHistogram::default(),
            others: BitHistogram::default(),
        }
    }
}

impl<const MOST: usize> ValueOutline<MOST> {
    /// Adds one customer.
    ///
    /// # Errors
    ///
    /// When there is no memory for the value.
    #[inline]
    pub fn add(&mut self, repeat: bool, customer_value: f64) -> Result<()> {
        let side = if repeat {
            &mut self.repeaters
        } else {
            &mut self.others
        };
        side.add(counting(customer_value))
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.repeaters.merge(&other.repeaters)?;
        self.others.merge(&other.others)
    }

    /// Which values [`VipThreshold`] has to look at; `None` without customers.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn finish(&mut self) -> Result<Option<Vec<u8>>> {
        let (repeaters, others) = (self.repeaters.ranges()?, self.others.ranges()?);
        if repeaters.is_empty() && others.is_empty() {
            return Ok(None);
        }
        let mut blob = Writer::default();
        let Some(bounds) = Bounds::of(&repeaters, &others) else {
            write(&mut blob, std::iter::empty())?;
            write(
                &mut blob,
                others.into_iter().map(|range| (range, Class::Below)),
            )?;
            return Ok(Some(blob.finish()));
        };
        let open = bounds.open(&repeaters)?;
        let classes = repeaters.iter().zip(open).map(|(range, open)| {
            let class = if open {
                Class::Open
            } else {
                bounds.class(range)
            };
            (*range, class)
        });
        write(&mut blob, classes)?;
        write(
            &mut blob,
            others
                .into_iter()
                .map(|range| (range, bounds.class(&range))),
        )?;
        Ok(Some(blob.finish()))
    }
}

/// Between which numbers everything lies that depends on more than the first pass knows.
#[derive(Debug)]
struct Bounds {
    median: [f64; 2],
    /// The middle two, of which the median is the mean.
    middle: [f64; 2],
    /// The most that a customer counts for.
    cap: [f64; 2],
    /// What the VIPs have to hold.
    value_needed: [f64; 2],
    customers_needed: f64,
}

impl Bounds {
    /// `None` without repeat customers.
    fn of(repeaters: &[Range<Mass>], others: &[Range<Mass>]) -> Option<Self> {
        let count =
            |ranges: &[Range<Mass>]| ranges.iter().map(|range| range.tally.count).sum::<u64>();
        let (repeat, all) = (count(repeaters), count(repeaters) + count(others));
        let [lower, upper] = middle(repeat)?.map(|rank| {
            let mut below = 0;
            repeaters.iter().find(|range| {
                below += range.tally.count;
                below > rank
            })
        });
        let (lower, upper) = (lower?, upper?);
        let median = [
            f64::midpoint(lower.lowest(), upper.lowest()),
            f64::midpoint(lower.highest(), upper.highest()),
        ];
        let mut bounds = Self {
            median,
            middle: [lower.lowest(), upper.highest()],
            cap: median.map(|median| MOST_MEDIANS * median),
            value_needed: [0.0; 2],
            customers_needed: VIP_CUSTOMER_SHARE * all as f64,
        };
        for range in repeaters.iter().chain(others) {
            let [least, most] = bounds.counted(range);
            bounds.value_needed[0] += VIP_VALUE_SHARE * (1.0 - ROUNDING) * least;
            bounds.value_needed[1] += VIP_VALUE_SHARE * (1.0 + ROUNDING) * most;
        }
        Some(bounds)
    }

    /// How the numbers of a range count, whatever the cap is.
    fn class(&self, range: &Range<Mass>) -> Class {
        if range.highest() < self.cap[0] {
            Class::Below
        } else if range.lowest() > self.cap[1] {
            Class::Above
        } else {
            Class::Open
        }
    }

    /// Between which numbers lies what those of a range add up to, none counting for more than the cap.
    fn counted(&self, range: &Range<Mass>) -> [f64; 2] {
        let count = range.tally.count as f64;
        match self.class(range) {
            Class::Below => [range.tally.sum.value(); 2],
            Class::Above => self.cap.map(|cap| count * cap),
            Class::Open => [
                count * range.lowest().min(self.cap[0]),
                count * range.highest().min(self.cap[1]),
            ],
        }
    }

    /// Which ranges of repeat customers may hold the median, the cap, or the last VIP.
    fn open(&self, repeaters: &[Range<Mass>]) -> Result<Vec<bool>> {
        let mut open = filled(false, repeaters.len())?;
        let (mut taken, mut held) = (0.0, [0.0; 2]);
        let mut is_over = false;
        for (place, range) in repeaters.iter().enumerate().rev() {
            let may_be_median =
                range.lowest() <= self.middle[1] && range.highest() >= self.middle[0];
            open[place] = may_be_median || self.class(range) == Class::Open;
            if is_over {
                continue;
            }
            let [least, most] = self.counted(range);
            let is_enough = |held: f64, needed: f64, taken: f64| {
                held * (1.0 + ROUNDING) >= needed && taken >= self.customers_needed
            };
            let before = held[0] * (1.0 - 2.0 * ROUNDING);
            is_over =
                range.highest() <= self.median[0] || is_enough(before, self.value_needed[1], taken);
            held = [held[0] + least, held[1] + most];
            taken += range.tally.count as f64;
            if is_over
                || range.lowest() <= self.median[1]
                || is_enough(held[1], self.value_needed[0], taken)
            {
                open[place] = true;
                // Where it ends at the first of this range, the last VIP is in the range before.
                if let Some(before) = open.get_mut(place + 1) {
                    *before = true;
                }
            }
        }
        Ok(open)
    }
}

/// The ranks, from 0 on, of the middle two of so many, which are one of an odd number.
fn middle(count: u64) -> Option<[u64; 2]> {
    (count > 0).then(|| [(count - 1) / 2, count / 2])
}

/// The second pass: collects the customers' values in any order and any number of parts.
#[derive(Debug, Default)]
pub struct VipThreshold {
    values: SecondPass<2>,
}

impl VipThreshold {
    /// Adds one customer. `outline` is that of [`ValueOutline::finish`].
    ///
    /// # Errors
    ///
    /// When the outline is none, or another one than before, or there is no memory for the value.
    #[inline]
    pub fn add(&mut self, repeat: bool, customer_value: f64, outline: &[u8]) -> Result<()> {
        self.values.open(outline)?;
        self.values
            .add(usize::from(!repeat), counting(customer_value))
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When its outline is another one, or there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.values.merge(&other.values)
    }

    /// The threshold; `None` without customers.
    ///
    /// VIPs are the smallest set of repeat customers, by value, that holds a fifth of all value and at
    /// least 1 % of the customers, but only those above the repeat customers' median: identical
    /// customers have no VIPs. In the sums nobody counts for more than 20 medians.
    ///
    /// # Errors
    ///
    /// When the outline is not that of these customers, or there is no memory to sort them.
    pub fn finish(&mut self) -> Result<Option<ValueBounds>> {
        let (repeaters, others) = (self.values.crowds(0)?, self.values.crowds(1)?);
        let everybody = || repeaters.iter().chain(&others);
        let customers: u64 = everybody().map(Crowd::count).sum();
        if customers == 0 {
            return Ok(None);
        }
        Ok(Some(ValueBounds {
            customers: customers as i64,
            total_value: total(everybody(), f64::INFINITY).value(),
            vip_value: vip_value(&repeaters, &others, customers)?,
        }))
    }
}

fn vip_value(repeaters: &[Crowd], others: &[Crowd], customers: u64) -> Result<Option<f64>> {
    let Some(ranks) = middle(repeaters.iter().map(Crowd::count).sum()) else {
        return Ok(None);
    };
    let [lower, upper] = ranks.map(|rank| value_at(repeaters, rank));
    let median = f64::midpoint(lower?, upper?);
    let cap = MOST_MEDIANS * median;
    let value_needed = VIP_VALUE_SHARE * total(repeaters.iter().chain(others), cap).value();
    let customers_needed = VIP_CUSTOMER_SHARE * customers as f64;

    let (mut held, mut taken) = (Sum::default(), 0);
    let mut last = None;
    for crowd in repeaters.iter().rev() {
        let enough = held.value() >= value_needed && taken as f64 >= customers_needed;
        if enough || crowd.value().is_ok_and(|value| value <= median) {
            break;
        }
        add(&mut held, crowd, cap);
        taken += crowd.count();
        last = Some(crowd);
    }
    last.map(Crowd::value).transpose()
}

/// The number of a rank, from 0 on.
fn value_at(crowds: &[Crowd], rank: u64) -> Result<f64> {
    let mut below = 0;
    let crowd = crowds.iter().find(|crowd| {
        below += crowd.count();
        below > rank
    });
    crowd.map_or(Ok(f64::NAN), Crowd::value)
}

/// What all add up to, none counting for more than the cap.
fn total<'a>(crowds: impl Iterator<Item = &'a Crowd>, cap: f64) -> Sum {
    let mut total = Sum::default();
    crowds.for_each(|crowd| add(&mut total, crowd, cap));
    total
}

fn add(to: &mut Sum, crowd: &Crowd, cap: f64) {
    match *crowd {
        Crowd::Equal(value, count) => to.add_times(value.min(cap), count),
        Crowd::Closed(Class::Above, mass) if cap.is_finite() => to.add_times(cap, mass.count),
        Crowd::Closed(_, mass) => to.merge(&mass.sum),
    }
}

#[cfg(test)]
#[path = "vips_tests.rs"]
mod tests;
