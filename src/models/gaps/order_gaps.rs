//! How long customers take from each purchase to the next.

use crate::error::{Error, Result};
use crate::models::numerics::bytes::{Packed, Reader, Writer, sound};
use crate::models::numerics::checks::is_finite;
use crate::models::numerics::kaplan_meier::{KaplanMeier, Waits};
use crate::models::numerics::memory::{collected, grow_map, try_collected};
use crate::models::numerics::stored::Storable;
use std::collections::HashMap;
use std::hash::Hash;

/// Collects customers in any order and any number of parts.
///
/// Only counts are kept: the memory depends on how many different waits there are, not on
/// how many customers.
#[derive(Debug, Default)]
pub struct OrderGaps {
    /// Customers by the number of a purchase and the days since the one before.
    ended: HashMap<(u32, u32), u64>,
    /// Customers by the number of the purchase that they have not made yet and by their last day.
    open: HashMap<(u32, i32), u64>,
    as_of: Option<i32>,
}

/// The wait for the purchase of one number, over all customers who made the one before.
#[derive(Clone, Debug)]
pub struct OrderGap {
    /// The number of the purchase that is waited for, from 2 on.
    pub purchase_number: u32,
    /// Customers who made the purchase before.
    pub at_risk: u64,
    /// Customers who made this one.
    pub converted: u64,
    /// How long it took.
    pub curve: KaplanMeier,
}

impl OrderGaps {
    /// Adds a customer's purchase days, ascending, as seen on `as_of`. The latest `as_of`
    /// of all customers is the day on which waits are cut off.
    ///
    /// # Errors
    ///
    /// The first of the days, or when they go beyond `as_of`, or there is no memory for the waits.
    pub fn add(&mut self, days: impl Iterator<Item = Result<i32>>, as_of: i32) -> Result<()> {
        self.as_of = self.as_of.max(Some(as_of));
        let mut next = 1;
        let mut last = None;
        for day in days {
            let day = day?;
            if let Some(last) = last {
                add(&mut self.ended, (next, day.abs_diff(last)), 1)?;
            }
            last = Some(day);
            next += 1;
        }
        if let Some(last) = last {
            if last > as_of {
                return Err(Error::argument("days", "must not be after as_of"));
            }
            add(&mut self.open, (next, last), 1)?;
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for the waits.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.as_of = self.as_of.max(other.as_of);
        for (&wait, &customers) in &other.ended {
            add(&mut self.ended, wait, customers)?;
        }
        for (&wait, &customers) in &other.open {
            add(&mut self.open, wait, customers)?;
        }
        Ok(())
    }

    /// The waits for the second purchase, the third and so on. The work is a sort of the
    /// different waits that were kept.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn finish(&self) -> Result<Vec<OrderGap>> {
        let as_of = self.as_of.unwrap_or_default();
        let ended = self.ended.iter().map(|(&(number, days), &ended)| {
            let open = 0;
            (number, Waits { days, ended, open })
        });
        let open = self.open.iter().map(|(&(number, last), &open)| {
            let (days, ended) = (as_of.abs_diff(last), 0);
            (number, Waits { days, ended, open })
        });
        let mut waits = collected(ended.chain(open))?;
        waits.sort_unstable_by_key(|(number, _)| *number);
        let same_number = waits.chunk_by(|a, b| a.0 == b.0);
        try_collected(same_number.map(|same| {
            let waits = || same.iter().map(|(_, waits)| *waits);
            Ok(OrderGap {
                purchase_number: same[0].0,
                at_risk: waits().map(|waits| waits.ended + waits.open).sum(),
                converted: waits().map(|waits| waits.ended).sum(),
                curve: KaplanMeier::new(collected(waits())?)?,
            })
        }))
    }
}

impl Storable for OrderGaps {
    const FORMAT: u32 = 1;

    fn write(&self, to: &mut Writer) -> Result<()> {
        to.slice(self.as_of.into_iter())?;
        write_counts(&self.ended, to)?;
        write_counts(&self.open, to)
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let days = from.slice::<i32>()?;
        let state = Self {
            as_of: days.get(0),
            ended: read_counts(from)?,
            open: read_counts(from)?,
        };
        let until = state.as_of.unwrap_or(i32::MIN);
        sound(days.len() <= 1 && days.iter().all(is_finite))?;
        sound(state.as_of.is_some() || state.ended.is_empty() && state.open.is_empty())?;
        // The first purchase is not waited for, and nobody waits for nothing.
        let mut ended = state.ended.keys();
        sound(ended.all(|&(number, days)| number >= 2 && days >= 1))?;
        let mut open = state.open.keys();
        sound(open.all(|&(number, last)| number >= 2 && is_finite(last) && last <= until))?;
        Ok(state)
    }
}

/// Writes counts in the order of what is counted.
fn write_counts<D: Packed + Ord>(counts: &HashMap<(u32, D), u64>, to: &mut Writer) -> Result<()> {
    let mut sorted = collected(counts.iter().map(|(&wait, &customers)| (wait, customers)))?;
    sorted.sort_unstable();
    to.slice(sorted.into_iter())
}

/// Reads them, in that order and each once.
fn read_counts<D: Packed + Eq + Hash + Ord>(
    from: &mut Reader<'_>,
) -> Result<HashMap<(u32, D), u64>> {
    let mut counts = HashMap::new();
    let mut before = None;
    for (wait, customers) in from.slice::<((u32, D), u64)>()?.iter() {
        sound(before < Some(wait) && (1..=MOST_CUSTOMERS).contains(&customers))?;
        before = Some(wait);
        add(&mut counts, wait, customers)?;
    }
    Ok(counts)
}

/// More than there are people, and few enough for the sum of all counts.
const MOST_CUSTOMERS: u64 = 1 << 34;

fn add<K: Eq + Hash>(counts: &mut HashMap<K, u64>, wait: K, customers: u64) -> Result<()> {
    grow_map(counts)?;
    *counts.entry(wait).or_default() += customers;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn collect(customers: &[Vec<i32>], as_of: i32) -> OrderGaps {
        let mut state = OrderGaps::default();
        for days in customers {
            let days = days.iter().copied().map(Ok);
            state.add(days, as_of).expect("up to as_of");
        }
        state
    }

    /// Everything that an analyst sees.
    fn seen(state: &OrderGaps) -> Vec<String> {
        let row = |gap: OrderGap| {
            let shares = [1, 30, 365].map(|days| gap.curve.share(days));
            let quantiles = [0.25, 0.5, 0.75].map(|p| gap.curve.quantile(p));
            let naive = gap.curve.ended_quantile(0.3);
            let number = gap.purchase_number;
            format!(
                "{number} {} {} {shares:?} {quantiles:?} {naive:?}",
                gap.at_risk, gap.converted
            )
        };
        state.finish().expect("room").into_iter().map(row).collect()
    }

    #[test]
    fn every_purchase_but_the_first_has_a_row_and_so_has_the_next_to_come() {
        let gaps = collect(&[vec![0, 10, 40], vec![0, 20], vec![5], vec![100]], 100)
            .finish()
            .expect("room");
        let rows: Vec<_> = gaps
            .iter()
            .map(|gap| (gap.purchase_number, gap.at_risk, gap.converted))
            .collect();
        assert_eq!(rows, [(2, 4, 2), (3, 2, 1), (4, 1, 0)]);
        // Of the three that waited at all, two came, after 10 and after 20 days.
        assert_eq!(gaps[0].curve.quantile(0.5), Some(20));
        assert_eq!(gaps[0].curve.ended_quantile(0.5), Some(15.0));
        // One waits for 80 days, the other came after 30.
        assert_eq!(gaps[1].curve.share(80), Some(0.5));
        assert_eq!(gaps[1].curve.share(81), None);
        assert_eq!(gaps[2].curve.share(60), Some(0.0));
    }

    #[test]
    fn nobody_gives_no_rows() {
        assert!(OrderGaps::default().finish().expect("room").is_empty());
        assert!(collect(&[vec![]], 10).finish().expect("room").is_empty());
    }

    fn written(state: &OrderGaps) -> Vec<u8> {
        let mut writer = Writer::default();
        state.write(&mut writer).expect("room");
        writer.finish()
    }

    #[test]
    fn what_nobody_can_have_waited_for_is_refused() {
        let sound = |as_of: &[i32], ended: &[((u32, u32), u64)], open: &[((u32, i32), u64)]| {
            let mut writer = Writer::default();
            writer.slice(as_of.iter().copied()).expect("room");
            writer.slice(ended.iter().copied()).expect("room");
            writer.slice(open.iter().copied()).expect("room");
            OrderGaps::read(&mut Reader::new(&writer.finish())).is_ok()
        };
        let (ended, open) = (((2, 5), 1), ((3, 10), 1));
        assert!(sound(&[10], &[ended], &[open]) && sound(&[], &[], &[]));
        assert!(!sound(&[], &[ended], &[]) && !sound(&[9], &[], &[open]));
        assert!(!sound(&[i32::MAX], &[], &[open]) && !sound(&[10, 10], &[], &[]));
        assert!(!sound(&[10], &[((1, 5), 1)], &[]) && !sound(&[10], &[((2, 0), 1)], &[]));
        assert!(!sound(&[10], &[ended, ended], &[]) && !sound(&[10], &[((2, 5), 0)], &[]));
        assert!(!sound(&[10], &[], &[((2, 5), u64::MAX)]));
    }

    #[test]
    fn the_whole_calendar_fits() {
        let (first, last) = (-i32::MAX + 1, i32::MAX - 1);
        let gaps = collect(&[vec![first, last]], last).finish().expect("room");
        assert_eq!(gaps[0].curve.quantile(1.0), Some(4_294_967_292));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn order_and_splits_do_not_matter(
            customers in prop::collection::vec(prop::collection::btree_set(0..90i32, 0..6), 0..12),
            at in 0..12usize,
        ) {
            let customers: Vec<Vec<i32>> = customers.iter().map(|days| days.iter().copied().collect()).collect();
            let (left, right) = customers.split_at(at.min(customers.len()));
            // Each part as seen on its own latest day: the latest of all counts.
            let latest = |part: &[Vec<i32>]| part.iter().flatten().copied().max().unwrap_or(0);
            let mut merged = collect(right, latest(right));
            let other = collect(left, latest(left));
            let before = seen(&other);
            merged.merge(&other).expect("room");
            merged.merge(&OrderGaps::default()).expect("room");
            prop_assert_eq!(seen(&other), before);
            // What was stored is added up alike.
            let bytes = written(&other);
            let mut stored = collect(right, latest(right));
            let mut reader = Reader::new(&bytes);
            let read = OrderGaps::read(&mut reader).expect("it was written");
            prop_assert!(reader.end().is_ok());
            prop_assert_eq!(&written(&read), &bytes);
            stored.merge(&read).expect("room");
            prop_assert_eq!(seen(&stored), seen(&merged));
            for cut in 0..bytes.len() {
                prop_assert!(OrderGaps::read(&mut Reader::new(&bytes[..cut])).is_err());
            }
            let whole = collect(&customers, latest(&customers));
            prop_assert_eq!(seen(&merged), seen(&whole));
            prop_assert_eq!(seen(&merged), seen(&merged));
        }
    }
}
