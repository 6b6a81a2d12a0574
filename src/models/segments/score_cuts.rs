//! Where each score of a dimension begins, in two passes over its values.

use super::rfm::ordered;
use crate::error::Result;
use crate::models::numerics::bytes::Writer;
use crate::models::numerics::histogram::{BitHistogram, Mass, Range};
use crate::models::numerics::memory::{collected, grow, push};
use crate::models::numerics::ordered_bits::ordered_bits;
use crate::models::numerics::outline::{Class, Crowd, MOST_BUCKETS, SecondPass, write};
use crate::models::numerics::sum::Sum;

/// How the scores follow from the ranks.
///
/// # Formula
///
/// Equal values have the mean of their ranks, w + (e + 1)/2 with w of the values worse and e
/// equal. p is where that lies between the mean rank of the worst and that of the best, and
/// the score is 1 + ⌊bins · p⌋, at most `bins`. If all values are equal, p = ½.
///
/// So equal values get equal scores; quantiles would split them arbitrarily. Counting only who
/// is worse would give a crowd the score of its first member: on a shop's first day all
/// customers would have the lowest score, and the best of four would never have the highest.
#[derive(Clone, Copy, Debug)]
struct ScoreScale {
    bins: u64,
    /// How many have the least value.
    least: u64,
    /// Twice the mean rank of the best, less that of the worst.
    range: u64,
}

impl ScoreScale {
    fn new(bins: u32, values: u64, least: u64, greatest: u64) -> Self {
        Self {
            bins: u64::from(bins),
            least,
            range: 2 * values - least - greatest,
        }
    }

    /// The highest score, less one.
    fn most(self) -> usize {
        self.bins.saturating_sub(1) as usize
    }

    /// The score, less one, of values that have twice this mean rank, counted from 0, so that it is a
    /// whole number.
    fn above(self, twice_rank: u64) -> usize {
        let above = (self.bins * twice_rank.saturating_sub(self.least))
            .checked_div(self.range)
            .unwrap_or(self.bins / 2);
        self.most().min(above as usize)
    }
}

/// So many times an extreme value.
#[derive(Clone, Copy, Debug)]
struct Extreme {
    value: f64,
    count: u64,
}

impl Extreme {
    /// Adds what may be equal, or more extreme.
    #[inline]
    fn add(extreme: &mut Option<Self>, other: Self, is_beyond: impl Fn(f64, f64) -> bool) {
        match extreme {
            Some(extreme) if extreme.value == other.value => extreme.count += other.count,
            Some(extreme) if is_beyond(extreme.value, other.value) => {}
            _ => *extreme = Some(other),
        }
    }
}

/// The first pass: collects the values of one dimension, larger being better, in any order and any
/// number of parts.
#[derive(Debug)]
pub struct ScoreOutline<const MOST: usize = MOST_BUCKETS> {
    values: BitHistogram<u64, MOST>,
    least: Option<Extreme>,
    greatest: Option<Extreme>,
}

impl<const MOST: usize> Default for ScoreOutline<MOST> {
    fn default() -> Self {
        Self {
            values: BitHistogram::default(),
            least: None,
            greatest: None,
        }
    }
}

impl<const MOST: usize> ScoreOutline<MOST> {
    /// Adds a value. −∞ is a value that is unknown, worse than all others, as
    /// is NaN.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    #[inline]
    pub fn add(&mut self, value: f64) -> Result<()> {
        let value = ordered(value);
        self.extend(Extreme { value, count: 1 }, Extreme { value, count: 1 });
        self.values.add(value)
    }

    #[inline]
    fn extend(&mut self, least: Extreme, greatest: Extreme) {
        Extreme::add(&mut self.least, least, |ours, other| ours < other);
        Extreme::add(&mut self.greatest, greatest, |ours, other| ours > other);
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if let (Some(least), Some(greatest)) = (other.least, other.greatest) {
            self.extend(least, greatest);
        }
        self.values.merge(&other.values)
    }

    /// Which values [`ScoreCuts`] has to look at for so many bins; `None` without a value.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn finish(&mut self, bins: u32) -> Result<Option<Vec<u8>>> {
        let (Some(least), Some(greatest)) = (self.least, self.greatest) else {
            return Ok(None);
        };
        let mut ranges = self.values.ranges()?;
        set_apart(&mut ranges, least, greatest)?;
        let values = ranges.iter().map(|range| range.tally).sum();
        let scale = ScoreScale::new(bins, values, least.count, greatest.count);
        let (mut worse, mut reached) = (0, 0);
        let last = ranges.len() - 1;
        let classes = collected(ranges.into_iter().enumerate().map(|(place, range)| {
            let count = range.tally;
            // The last of them has at least the mean rank of all of them, and none more than the last would have alone.
            let begins = scale.above(2 * (worse + count) - 1) > reached;
            reached = reached.max(scale.above(2 * worse + count));
            worse += count;
            let is_open = begins || place == 0 || place == last;
            (range, if is_open { Class::Open } else { Class::Below })
        }))?;
        let mut blob = Writer::default();
        let mass = |count| Mass {
            count,
            sum: Sum::default(),
        };
        let counted = |range: Range<u64>| Range {
            first: range.first,
            last: range.last,
            tally: mass(range.tally),
        };
        write(
            &mut blob,
            classes
                .into_iter()
                .map(|(range, class)| (counted(range), class)),
        )?;
        Ok(Some(blob.finish()))
    }
}

/// Gives the least and the greatest value a range of their own.
fn set_apart(ranges: &mut Vec<Range<u64>>, least: Extreme, greatest: Extreme) -> Result<()> {
    let ([low, high], [below, above]) = (
        [least.value, greatest.value].map(ordered_bits),
        [least.count, greatest.count],
    );
    grow(ranges, 2)?;
    if let Some(first) = ranges.first_mut()
        && first.tally > below
    {
        let alone = Range {
            first: low,
            last: low,
            tally: below,
        };
        first.first = low + 1;
        first.tally -= below;
        ranges.insert(0, alone);
    }
    if let Some(last) = ranges.last_mut()
        && last.tally > above
        && low < high
    {
        last.last = high - 1;
        last.tally -= above;
        push(
            ranges,
            Range {
                first: high,
                last: high,
                tally: above,
            },
        )?;
    }
    Ok(())
}

/// The second pass: collects the same values in any order and any number of parts.
#[derive(Debug, Default)]
pub struct ScoreCuts {
    values: SecondPass<1>,
}

impl ScoreCuts {
    /// Adds a value. `outline` is that of [`ScoreOutline::finish`].
    ///
    /// # Errors
    ///
    /// When the outline is none, or another one than before, or there is no memory for the value.
    #[inline]
    pub fn add(&mut self, value: f64, outline: &[u8]) -> Result<()> {
        self.values.open(outline)?;
        self.values.add(0, ordered(value))
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When its outline is another one, or there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.values.merge(&other.values)
    }

    /// The `bins` − 1 ascending cut-points: the smallest value of each score
    /// from 2 on, +∞ where no value reaches the score. Empty below two bins.
    ///
    /// # Errors
    ///
    /// When the outline is not that of these values and bins, or there is no memory to sort them.
    pub fn finish(&mut self, bins: u32) -> Result<Vec<f64>> {
        let crowds = self.values.crowds(0)?;
        let size = |crowd: Option<&Crowd>| crowd.map_or(0, Crowd::count);
        let values = crowds.iter().map(Crowd::count).sum();
        let scale = ScoreScale::new(bins, values, size(crowds.first()), size(crowds.last()));
        let mut cuts = Vec::new();
        let mut worse = 0;
        for crowd in &crowds {
            let above = scale.above(2 * worse + crowd.count());
            if above > cuts.len() {
                cuts.resize(above, crowd.value()?);
            }
            worse += crowd.count();
        }
        cuts.resize(scale.most(), f64::INFINITY);
        Ok(cuts)
    }
}

#[cfg(test)]
#[path = "score_cuts_tests.rs"]
mod tests;
