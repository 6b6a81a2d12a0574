//! Scales: what the features of all customers are like, by which those of one are divided. The first
//! of the two passes of the [calibration](super::calibration).

use super::basket::Basket;
use super::features::{Features, features};
use super::reading::Reading;
use super::score::log_odds;
use super::spend::SpendCounts;
use super::weights::{MOST_LABELS, Weights};
use crate::error::Result;
use crate::models::numerics::bytes::{Lists, Reader, Writer, foreign, sound};
use crate::models::numerics::checks::changed;
use crate::models::numerics::fixed_sum::FixedSum;
use crate::models::numerics::memory::{collected, filled, try_collected};
use crate::models::numerics::stored::Storable;

/// Weights and labels of the two days, today's first, and the horizon.
pub struct Days<'a> {
    /// By day.
    pub weights: BothDays<'a>,
    /// How baskets are read.
    pub reading: &'a Reading,
}

/// The weights of the two days, today's first.
pub type BothDays<'a> = [Weights<'a>; 2];

/// Opens packed weights.
///
/// # Errors
///
/// When they were not packed by this version.
pub fn open_both(bytes: &[u8]) -> Result<BothDays<'_>> {
    let mut reader = Reader::new(bytes);
    let weights = [Weights::open(&mut reader)?, Weights::open(&mut reader)?];
    reader.end()?;
    let sizes = weights.map(|day| (day.products, day.labels()));
    sound(sizes[0] == sizes[1])?;
    Ok(weights)
}

impl Days<'_> {
    pub(super) fn features(&self, basket: Basket, day: usize) -> Result<Option<Features>> {
        features(self.reading, basket, &self.weights[day], |_, _, _, _| {})
    }
}

/// First pass: sums the similarities of both days, and counts what was spent.
#[derive(Debug, Default)]
pub struct ScaleSums {
    days: Box<[DaySums; 2]>,
    /// By label; none where no amount is known.
    spend: Vec<SpendCounts>,
}

#[derive(Debug, Default)]
struct DaySums {
    customers: u64,
    similarity: Vec<FixedSum>,
}

impl ScaleSums {
    /// Adds a customer. The number of labels is the same in every call.
    ///
    /// # Errors
    ///
    /// As those of [`features()`], and when there are other labels than before, or no memory for
    /// them.
    pub fn add(&mut self, basket: Basket, days: &Days) -> Result<()> {
        for (day, sums) in self.days.iter_mut().enumerate() {
            let Some(features) = days.features(basket, day)? else {
                continue;
            };
            sums.customers += 1;
            fit(&mut sums.similarity, features.labels.len())?;
            for (sum, label) in sums.similarity.iter_mut().zip(&features.labels) {
                sum.add(label.similarity);
            }
        }
        let weights = &days.weights[0];
        for bought in basket.labels(weights.until) {
            for spent in basket.spends(bought) {
                fit(&mut self.spend, weights.labels())?;
                let counts = self.spend.get_mut(bought.number as usize);
                counts.ok_or_else(foreign)?.add(spent)?;
            }
        }
        Ok(())
    }

    /// Adds everything that `other` summed.
    ///
    /// # Errors
    ///
    /// When it has other labels, or there is no memory for them.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if !other.spend.is_empty() {
            fit(&mut self.spend, other.spend.len())?;
        }
        for (mine, theirs) in self.spend.iter_mut().zip(&other.spend) {
            mine.merge(theirs)?;
        }
        for (mine, theirs) in self.days.iter_mut().zip(other.days.iter()) {
            if theirs.customers == 0 {
                continue;
            }
            mine.customers += theirs.customers;
            fit(&mut mine.similarity, theirs.similarity.len())?;
            for (mine, theirs) in mine.similarity.iter_mut().zip(&theirs.similarity) {
                mine.merge(*theirs);
            }
        }
        Ok(())
    }

    /// Packs the means of both days, by label, and the medians of what was spent.
    ///
    /// # Errors
    ///
    /// When there is no memory for them.
    pub fn pack(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::default();
        for sums in self.days.iter() {
            let customers = sums.customers.max(1) as f64;
            writer.slice(sums.similarity.iter().map(|sum| sum.value() / customers))?;
        }
        writer.slice(self.spend.iter().map(SpendCounts::median))?;
        Ok(writer.finish())
    }
}

impl Storable for ScaleSums {
    const FORMAT: u32 = 1;

    fn write(&self, to: &mut Writer) -> Result<()> {
        for sums in self.days.iter() {
            to.value(sums.customers)?;
            to.slice(sums.similarity.iter().copied())?;
        }
        to.lists(self.spend.iter().map(SpendCounts::counts))
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let mut day = || {
            let (customers, sums) = (from.value()?, from.slice::<FixedSum>()?);
            // As many as the weights have customers.
            sound(customers <= u64::from(u32::MAX) && sums.iter().all(FixedSum::is_positive))?;
            let similarity = collected(sums.iter())?;
            Ok(DaySums {
                customers,
                similarity,
            })
        };
        let days = Box::new([day()?, day()?]);
        let spend = Lists::<(u32, u32)>::open(from)?;
        let sizes = days.iter().map(|sums| sums.similarity.len());
        let labels = sizes.clone().max().unwrap_or_default();
        let mut sizes = sizes.chain([spend.len()]);
        sound(labels <= MOST_LABELS && sizes.all(|size| size == 0 || size == labels))?;
        let spend = (0..spend.len()).map(|label| SpendCounts::read(spend.get(label)));
        Ok(Self {
            days,
            spend: try_collected(spend)?,
        })
    }
}

/// Makes room for the labels, of which there are as many as before if there were any.
pub(super) fn fit<T: Clone + Default>(by_label: &mut Vec<T>, labels: usize) -> Result<()> {
    if by_label.is_empty() {
        *by_label = filled(T::default(), labels)?;
    }
    if by_label.len() != labels {
        return Err(changed("weights"));
    }
    Ok(())
}

/// What the features of all customers are like.
pub struct Scales {
    /// The mean similarity, by day, today's first, and label.
    pub similarity: [Vec<f64>; 2],
    /// The median of what is spent on a day with the label, by label; NaN where it is not known,
    /// and none where it is of no label.
    pub median_spend: Vec<f64>,
}

impl Scales {
    /// Opens what [`ScaleSums::pack`] packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let mut next = || -> Result<Vec<f64>> {
            let means = reader.slice::<f64>()?;
            let is_sound = |mean| (0.0..f64::INFINITY).contains(&mean);
            sound(means.len() <= MOST_LABELS && means.iter().all(is_sound))?;
            collected(means.iter())
        };
        let similarity = [next()?, next()?];
        let medians = reader.slice::<f64>()?;
        reader.end()?;
        let is_sound = |median: f64| median.is_nan() || (median > 0.0 && median.is_finite());
        sound(medians.len() <= MOST_LABELS && medians.iter().all(is_sound))?;
        Ok(Self {
            similarity,
            median_spend: collected(medians.iter())?,
        })
    }

    /// The log odds of a label on a day.
    ///
    /// # Errors
    ///
    /// When the scales are those of other weights.
    pub fn log_odds(
        &self,
        features: &Features,
        label: usize,
        days: &Days,
        day: usize,
    ) -> Result<f64> {
        // There are no means of a day by which nobody had ordered, and then no features either.
        let mean_similarity = self.similarity[day]
            .get(label)
            .copied()
            .ok_or_else(foreign)?;
        let mean_activity = days.weights[day].mean_activity;
        let log_odds = log_odds(features, label, mean_activity, mean_similarity);
        sound(log_odds.is_finite())?;
        Ok(log_odds)
    }
}
