//! How long the waits of a shop's customers were, counted by their length: what the lapse threshold is read from, in
//! memory that does not grow with the customers.

use crate::error::Result;
use crate::models::numerics::kaplan_meier::{KaplanMeier, Waits};
use crate::models::numerics::memory::{collected, grow_map, lengthen};
use std::collections::HashMap;

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
    pub fn add(&mut self, gaps: impl ExactSizeIterator<Item = u32>, silence: u32) -> Result<()> {
        let weight = weight(gaps.len());
        self.customers += 1;
        self.repeaters += u64::from(gaps.len() > 0);
        for gap in gaps {
            let count = self.of_length(gap)?;
            count.ended += 1;
            count.ended_weight += weight;
        }
        let count = self.of_length(silence)?;
        count.open += 1;
        count.open_weight += weight;
        Ok(())
    }

    /// Adds everything that `other` counted.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        lengthen(&mut self.short, other.short.len(), Count::default())?;
        for (count, other) in self.short.iter_mut().zip(&other.short) {
            count.join(other);
        }
        for (&days, other) in other.long.iter().flatten() {
            self.of_length(days)?.join(other);
        }
        self.customers += other.customers;
        self.repeaters += other.repeaters;
        Ok(())
    }

    /// Customers with at least one gap.
    pub fn repeaters(&self) -> u64 {
        self.repeaters
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
        let waits = short.chain(long).map(|(days, count)| {
            let (ended, open) = counted(count);
            Waits { days, ended, open }
        });
        KaplanMeier::new(collected(
            waits.filter(|waits| waits.ended + waits.open > 0),
        )?)
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
