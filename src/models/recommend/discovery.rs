//! False-discovery rates of very many p-values, and the most similar pairs, without sorting them
//! all.

use crate::error::Result;
use crate::models::numerics::bytes::{Reader, Slice, Writer, sound};
use crate::models::numerics::memory::{append, collected, copied, filled, push};

/// Steps per power of ten in which p-values are counted.
const STEPS: f64 = 1000.0;
/// Below the smallest positive number there is only zero.
const BINS: usize = 325 * STEPS as usize;
/// So many p-values are kept as they are, because the bins take 5 MB.
const FEW: usize = 4_096;

/// Counts p-values, and keeps the highest similarities, in any order and any number of parts.
#[derive(Debug, Default)]
pub struct Discoveries {
    /// The p-values, while there are few.
    few: Vec<f64>,
    /// By falling p-value: how many, and the largest of them; none while there are few.
    bins: Vec<(u64, f64)>,
    top: Option<usize>,
    highest: Vec<f64>,
}

fn bin(p: f64) -> usize {
    ((-p.log10() * STEPS).max(0.0) as usize).min(BINS - 1)
}

impl Discoveries {
    /// Adds a pair. `top`, the same in every call, is how many similarities to keep.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn add(&mut self, p: f64, similarity: f64, top: Option<usize>) -> Result<()> {
        self.count(p)?;
        self.top = top;
        if let Some(top) = top {
            push(&mut self.highest, similarity)?;
            if self.highest.len() >= top.saturating_mul(2).max(1024) {
                self.keep_highest();
            }
        }
        Ok(())
    }

    fn count(&mut self, p: f64) -> Result<()> {
        if self.bins.is_empty() && self.few.len() < FEW {
            push(&mut self.few, p)
        } else {
            self.fill_bins()?;
            self.count_in_bin(p);
            Ok(())
        }
    }

    fn count_in_bin(&mut self, p: f64) {
        let (count, largest) = &mut self.bins[bin(p)];
        *count += 1;
        *largest = largest.max(p);
    }

    fn fill_bins(&mut self) -> Result<()> {
        if self.bins.is_empty() {
            self.bins = filled((0, 0.0), BINS)?;
            for p in std::mem::take(&mut self.few) {
                self.count_in_bin(p);
            }
        }
        Ok(())
    }

    fn keep_highest(&mut self) {
        let Some(top) = self.top else { return };
        if self.highest.len() > top && top > 0 {
            self.highest
                .select_nth_unstable_by(top - 1, |a, b| b.total_cmp(a));
            self.highest.truncate(top);
        }
    }

    /// Adds everything that `other` holds.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.top = self.top.or(other.top);
        other.few.iter().try_for_each(|&p| self.count(p))?;
        if !other.bins.is_empty() {
            self.fill_bins()?;
        }
        for (mine, theirs) in self.bins.iter_mut().zip(&other.bins) {
            mine.0 += theirs.0;
            mine.1 = mine.1.max(theirs.1);
        }
        append(&mut self.highest, &other.highest)?;
        self.keep_highest();
        Ok(())
    }

    /// The lowest similarity among the `top` highest; `None` when there are no more than that.
    pub fn least_similarity(&mut self) -> Option<f64> {
        let before = self.highest.len();
        self.keep_highest();
        if self.highest.len() < self.top? && before == self.highest.len() {
            return None;
        }
        self.highest.iter().copied().min_by(f64::total_cmp)
    }

    /// The bins that have any, by falling p-value: the bin, how many, and the largest of them.
    fn used(&self) -> Result<Vec<(usize, u64, f64)>> {
        if !self.bins.is_empty() {
            let bins = self.bins.iter().enumerate();
            let used = bins.filter(|(_, (count, _))| *count > 0);
            return collected(used.map(|(bin, &(count, largest))| (bin, count, largest)));
        }
        let mut few = copied(&self.few)?;
        few.sort_unstable_by(|a, b| b.total_cmp(a));
        let same = few.chunk_by(|a, b| bin(*a) == bin(*b));
        collected(same.map(|same| (bin(same[0]), same.len() as u64, same[0])))
    }

    /// How many pairs were added.
    pub fn pairs(&self) -> u64 {
        let in_bins: u64 = self.bins.iter().map(|(count, _)| count).sum();
        in_bins + self.few.len() as u64
    }

    /// Packs the q-value of every bin that has any.
    ///
    /// # Formula
    ///
    /// q(p) = min over p' ≥ p of p'·m / #{pairs with at most p'}, at most 1. Benjamini & Hochberg
    /// (1995), *Journal of the Royal Statistical Society B* 57. Within a bin, 0.23 % wide, the
    /// largest p-value stands for all: q-values are exact or by so little too large.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn pack(&self, tests: f64) -> Result<Vec<u8>> {
        let used = self.used()?;
        let mut at_most = self.pairs();
        let mut q = 1.0_f64;

        let mut writer = Writer::default();
        writer.slice(used.iter().map(|&(bin, _, _)| bin as u32))?;
        writer.slice(used.iter().map(|&(_, count, largest)| {
            q = q.min(largest * tests / at_most as f64);
            at_most -= count;
            q
        }))?;
        Ok(writer.finish())
    }
}

/// Packed q-values, and their bins in order.
#[derive(Clone, Copy)]
pub struct QValues<'a> {
    bins: Slice<'a, u32>,
    q_values: Slice<'a, f64>,
}

impl<'a> QValues<'a> {
    /// Opens what [`Discoveries::pack`] packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let (bins, q_values) = (reader.slice()?, reader.slice()?);
        reader.end()?;
        sound(bins.len() == q_values.len())?;
        Ok(Self { bins, q_values })
    }

    /// The q-value of a p-value that was counted.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn of(self, p: f64) -> Result<f64> {
        let bin = bin(p);
        let up_to = self.bins.partition_point(|other| other as usize <= bin);
        let last = up_to
            .checked_sub(1)
            .and_then(|last| self.q_values.get(last));
        let q = last.unwrap_or(1.0);
        sound((0.0..=1.0).contains(&q))?;
        Ok(q)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Benjamini & Hochberg (1995), section 4: 15 p-values; at 5 % the first four are rejected.
    #[test]
    fn the_example_of_the_paper() {
        let values = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0000,
        ];
        let (mut all, mut part) = (Discoveries::default(), Discoveries::default());
        for (index, p) in values.into_iter().enumerate() {
            [&mut all, &mut part][index % 2]
                .add(p, p, Some(4))
                .expect("room");
        }
        all.merge(&part).expect("room");
        let packed = all.pack(15.0).expect("room");
        let opened = QValues::open(&packed).expect("it was packed");
        let q = |p| opened.of(p).expect("it was packed");
        assert!((q(0.0095) - 0.0095 * 15.0 / 4.0).abs() < 1e-15);
        assert!((q(0.0201) - 0.0298 * 15.0 / 7.0).abs() < 1e-12 || q(0.0201) > 0.05);
        assert_eq!(values.iter().filter(|&&p| q(p) <= 0.05).count(), 4);
        assert_eq!(q(1.0), 1.0);
        // Bins have the same answer.
        all.fill_bins().expect("room");
        assert_eq!(all.pack(15.0).expect("room"), packed);
        assert_eq!(all.least_similarity(), Some(0.5719));
    }

    #[test]
    fn everything_is_kept_where_there_is_no_more_than_the_top() {
        let mut few = Discoveries::default();
        few.add(0.0, 0.5, Some(2)).expect("room");
        assert_eq!(few.least_similarity(), None);
        few.add(1.0, 0.7, Some(2)).expect("room");
        few.add(0.3, 0.6, Some(2)).expect("room");
        assert_eq!(few.least_similarity(), Some(0.6));
        assert_eq!(Discoveries::default().least_similarity(), None);
    }

    #[test]
    fn few_and_many_merge_in_any_order() {
        let collect = |range: std::ops::Range<usize>| {
            let mut found = Discoveries::default();
            for index in range {
                let p = (-(index as f64) / 300.0).exp();
                found.add(p, p, Some(10)).expect("room");
            }
            found
        };
        let (few, many) = (collect(0..100), collect(100..FEW + 200));
        assert!(few.bins.is_empty() && !many.bins.is_empty());
        let mut expected = collect(0..FEW + 200);
        for parts in [[&few, &many], [&many, &few]] {
            let mut merged = Discoveries::default();
            for part in parts {
                merged.merge(part).expect("room");
            }
            assert_eq!(merged.pack(1e6), expected.pack(1e6));
            assert_eq!(merged.least_similarity(), expected.least_similarity());
        }
    }
}
