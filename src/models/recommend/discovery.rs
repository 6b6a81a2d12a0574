//! False-discovery rates of very many p-values, and the most similar pairs, without sorting them
//! all.

use crate::error::Result;
use crate::models::numerics::bytes::{Reader, Slice, Writer};
use crate::models::numerics::memory::{append, copied, filled, push};

/// Steps per power of ten in which p-values are counted.
const STEPS: f64 = 1000.0;
/// Below the smallest positive number there is only zero.
const BINS: usize = 325 * STEPS as usize;

/// Counts p-values, and keeps the highest similarities, in any order and any number of parts.
#[derive(Debug, Default)]
pub struct Discoveries {
    /// By falling p-value: how many, and the largest of them.
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
        if self.bins.is_empty() {
            self.bins = filled((0, 0.0), BINS)?;
        }
        let (count, largest) = &mut self.bins[bin(p)];
        *count += 1;
        *largest = largest.max(p);
        self.top = top;
        if let Some(top) = top {
            push(&mut self.highest, similarity)?;
            if self.highest.len() >= top.saturating_mul(2).max(1024) {
                self.keep_highest();
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
        if self.bins.is_empty() {
            self.bins = copied(&other.bins)?;
            self.highest = copied(&other.highest)?;
            self.top = other.top;
            return Ok(());
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

    /// Packs the q-value of every bin.
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
        let mut at_most: u64 = self.bins.iter().map(|(count, _)| count).sum();
        let mut q = 1.0_f64;
        let mut writer = Writer::default();
        writer.slice(self.bins.iter().map(|&(count, largest)| {
            if count > 0 {
                q = q.min(largest * tests / at_most as f64);
                at_most -= count;
            }
            q
        }))?;
        Ok(writer.finish())
    }
}

/// Packed q-values.
#[derive(Clone, Copy)]
pub struct QValues<'a>(Slice<'a, f64>);

impl<'a> QValues<'a> {
    /// Opens what [`Discoveries::pack`] packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        Ok(Self(Reader::new(bytes).slice()?))
    }

    /// The q-value of a p-value that was counted.
    pub fn of(self, p: f64) -> f64 {
        self.0.get(bin(p)).unwrap_or(1.0)
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
        let q = QValues::open(&packed).expect("it was packed");
        assert!((q.of(0.0095) - 0.0095 * 15.0 / 4.0).abs() < 1e-15);
        assert!((q.of(0.0201) - 0.0298 * 15.0 / 7.0).abs() < 1e-12 || q.of(0.0201) > 0.05);
        assert_eq!(values.iter().filter(|&&p| q.of(p) <= 0.05).count(), 4);
        assert_eq!(q.of(1.0), 1.0);
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
}
