//! How long the waits of a shop's customers were, counted by their length: what the lapse threshold is read from, in
//! memory that does not grow with the customers.

use crate::error::Result;
use crate::models::numerics::kaplan_meier::{KaplanMeier, Waits};
use crate::models::numerics::memory::{collected, extend, grow, grow_map, lengthen};
use std::collections::HashMap;
use std::iter::once;

/// Repeat customers below which there is no threshold, and waits at risk below which the
/// curve is not read.
pub const ENOUGH: u64 = 30;

/// The share of those who ever return that must have returned, unless said otherwise.
pub const USUAL_SHARE: f64 = 0.8;

/// The weight of a customer. Weights are whole numbers, so that their sums do not depend on
/// the order of the customers; this one can be dealt out exactly to up to 24 waits.
const WEIGHT: u64 = 5_354_228_880;

/// Waits of up to so many days, 44 years, are counted in place.
const SHORT: usize = 1 << 14;

/// The weight of each wait of a customer with so many gaps, of which the silence is one more.
pub fn weight(gaps: usize) -> u64 {
    WEIGHT / (gaps as u64 + 1)
}

/// The waits of one length, each counted and weighed.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    ended: u64,
    open: u64,
    ended_weight: u64,
    open_weight: u64,
}

impl Count {
    fn of_ended(weight: u64) -> Self {
        Self {
            ended: 1,
            ended_weight: weight,
            ..Self::default()
        }
    }

    fn of_open(weight: u64) -> Self {
        Self {
            open: 1,
            open_weight: weight,
            ..Self::default()
        }
    }

    fn join(&mut self, other: &Self) {
        self.ended += other.ended;
        self.open += other.open;
        self.ended_weight += other.ended_weight;
        self.open_weight += other.open_weight;
    }
}

/// Collects customers in any order and any number of parts.
#[derive(Debug, Default)]
pub struct WaitCounts {
    /// Each customer by the number of gaps, the gaps, and the silence, while this takes less than counts would: of
    /// thousands of segments each has few customers.
    few: Vec<u32>,
    /// The longest wait of them.
    longest: u32,
    /// By length.
    short: Vec<Count>,
    /// Those of decades, which seldom are many lengths. `None` without any.
    long: Option<HashMap<u32, Count>>,
    customers: u64,
    repeaters: u64,
}

impl WaitCounts {
    /// Adds a customer by the days between purchases, and the silence since the last.
    ///
    /// # Errors
    ///
    /// When there is no memory for the counts.
    pub fn add(
        &mut self,
        gaps: impl ExactSizeIterator<Item = u32> + Clone,
        silence: u32,
    ) -> Result<()> {
        self.customers += 1;
        self.repeaters += u64::from(gaps.len() > 0);
        self.collect(gaps, silence)
    }

    /// Adds everything that `other` counted.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if other.counts() {
            self.count_few()?;
        }
        lengthen(&mut self.short, other.short.len(), Count::default())?;
        for (count, other) in self.short.iter_mut().zip(&other.short) {
            count.join(other);
        }
        for (&days, other) in other.long.iter().flatten() {
            self.of_length(days)?.join(other);
        }
        for (gaps, silence) in customers(&other.few) {
            self.collect(gaps.iter().copied(), silence)?;
        }
        self.customers += other.customers;
        self.repeaters += other.repeaters;
        Ok(())
    }

    /// Customers.
    pub fn customers(&self) -> u64 {
        self.customers
    }

    /// Customers with at least one gap.
    pub fn repeaters(&self) -> u64 {
        self.repeaters
    }

    /// The gaps and the silence of each customer, where they are kept as they are.
    pub fn kept(&self) -> Option<impl Iterator<Item = (&[u32], u32)>> {
        (!self.counts()).then(|| customers(&self.few))
    }

    /// The memory that the waits take, but for those of decades.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.few.capacity() * size_of::<u32>() + self.short.capacity() * size_of::<Count>()
    }

    /// The curves; `None` without a customer.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn curves(&self) -> Result<Option<WaitCurves>> {
        if self.customers == 0 {
            return Ok(None);
        }
        Ok(Some(WaitCurves {
            plain: self.curve(|count| (count.ended, count.open))?,
            weighted: self.curve(|count| (count.ended_weight, count.open_weight))?,
            repeaters: self.repeaters,
        }))
    }

    fn curve(&self, counted: impl Fn(&Count) -> (u64, u64)) -> Result<KaplanMeier> {
        let short = (0..).zip(&self.short);
        let long = self
            .long
            .iter()
            .flatten()
            .map(|(&days, count)| (days, count));
        let few =
            customers(&self.few).flat_map(|(gaps, silence)| waits(gaps.iter().copied(), silence));
        let counts = short.chain(long).map(|(days, count)| (days, *count));
        let waits = counts.chain(few).map(|(days, count)| {
            let (ended, open) = counted(&count);
            Waits { days, ended, open }
        });
        KaplanMeier::new(collected(
            waits.filter(|waits| waits.ended + waits.open > 0),
        )?)
    }

    /// Whether waits are counted, and not kept as they are.
    fn counts(&self) -> bool {
        !self.short.is_empty() || self.long.is_some()
    }

    fn collect(
        &mut self,
        gaps: impl ExactSizeIterator<Item = u32> + Clone,
        silence: u32,
    ) -> Result<()> {
        if self.counts() {
            return self.count(gaps, silence);
        }
        // So that a customer is added whole or not at all.
        grow(&mut self.few, gaps.len() + 2)?;
        let longest = gaps.clone().fold(silence, u32::max);
        self.longest = self.longest.max(longest);
        let number = once(gaps.len() as u32);
        extend(&mut self.few, number.chain(gaps).chain(once(silence)))?;
        let lengths = SHORT.min(self.longest as usize) + 1;
        if size_of_val(self.few.as_slice()) < lengths * size_of::<Count>() {
            return Ok(());
        }
        self.count_few()
    }

    fn count_few(&mut self) -> Result<()> {
        let few = std::mem::take(&mut self.few);
        customers(&few).try_for_each(|(gaps, silence)| self.count(gaps.iter().copied(), silence))
    }

    fn count(&mut self, gaps: impl ExactSizeIterator<Item = u32>, silence: u32) -> Result<()> {
        waits(gaps, silence).try_for_each(|(days, count)| {
            self.of_length(days)?.join(&count);
            Ok(())
        })
    }

    fn of_length(&mut self, days: u32) -> Result<&mut Count> {
        let at = days as usize;
        if at > SHORT {
            let long = self.long.get_or_insert_default();
            grow_map(long)?;
            return Ok(long.entry(days).or_default());
        }
        lengthen(&mut self.short, at + 1, Count::default())?;
        Ok(&mut self.short[at])
    }
}

/// The gaps and the silence of each customer who is kept as they are.
fn customers(mut few: &[u32]) -> impl Iterator<Item = (&[u32], u32)> {
    std::iter::from_fn(move || {
        let (&number, rest) = few.split_first()?;
        let (gaps, rest) = rest.split_at_checked(number as usize)?;
        let (&silence, rest) = rest.split_first()?;
        few = rest;
        Some((gaps, silence))
    })
}

/// The waits of a customer.
fn waits(
    gaps: impl ExactSizeIterator<Item = u32>,
    silence: u32,
) -> impl Iterator<Item = (u32, Count)> {
    let weight = weight(gaps.len());
    let ended = gaps.map(move |gap| (gap, Count::of_ended(weight)));
    ended.chain(once((silence, Count::of_open(weight))))
}

/// How the waits of a shop ended.
#[derive(Debug)]
pub struct WaitCurves {
    /// Every wait counting for one.
    pub plain: KaplanMeier,
    /// Every customer counting for one.
    pub weighted: KaplanMeier,
    repeaters: u64,
}

/// Where the threshold is read from the weighted curve.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The last day that is reliable.
    pub end: u32,
    /// The share of all waits that must have ended.
    pub reached: f64,
}

impl WaitCurves {
    /// The last day with [`ENOUGH`] waits at risk.
    pub fn end(&self) -> Option<u32> {
        self.plain.longest_with(ENOUGH)
    }

    /// The share of waits that ever end, read at [`end`](Self::end).
    pub fn ever_return_share(&self) -> Option<f64> {
        self.weighted.share(self.end()?)
    }

    /// What the curve has to reach for `share` of those who ever return; `None` with fewer than [`ENOUGH`] repeat
    /// customers.
    pub fn target(&self, share: f64) -> Option<Target> {
        let (end, ever) = (self.end()?, self.ever_return_share()?);
        (self.repeaters >= ENOUGH).then_some(Target {
            end,
            reached: share * ever,
        })
    }

    /// The days by which `share` of those who ever return have returned.
    pub fn threshold_days(&self, share: f64) -> Option<u32> {
        self.weighted.quantile(self.target(share)?.reached)
    }
}
