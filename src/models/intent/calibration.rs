//! Calibration: log odds become probabilities, by what the customers of one horizon ago have bought
//! since, but no more than the label's own past supports.
//!
//! It takes two passes over the customers, because features are divided by their means. Both passes
//! add integers only, so nothing depends on the order of the customers.

use super::basket::Basket;
use super::scales::{Days, Scales, fit};
use super::spend::SpendSum;
use super::support::{Calendar, Demand, Launch};
use super::weights::MOST_LABELS;
use crate::error::Result;
use crate::models::numerics::bytes::{Packed, Reader, Writer, sound};
use crate::models::numerics::checks::changed;
use crate::models::numerics::logistic::logistic;
use crate::models::numerics::memory::{collected, lengthen, try_collected};
use crate::models::numerics::stored::{Storable, added};

/// How many customers have which log odds: a histogram that knows the mean within each bin,
/// which gives sums of probabilities to about 4 in 100,000.
///
/// A label has four of them, of which most bins stay empty, so there is only room for blocks
/// that are in use.
#[derive(Clone, Debug, Default)]
struct Histogram {
    /// By block: how many customers there are in each bin, and the sum of their log odds.
    blocks: [Vec<(u32, i64)>; Self::BINS / Self::BLOCK],
    customers: u32,
}

impl Histogram {
    const BINS: usize = 2048;
    /// Bins per block.
    const BLOCK: usize = 64;
    /// Bins per unit of log odds.
    const DENSITY: f64 = 32.0;
    const UNIT: f64 = (1_u64 << 24) as f64;

    fn add(&mut self, log_odds: f64) -> Result<()> {
        // Far beyond the ends, where it makes no difference, the sums would have no room.
        let log_odds = log_odds.clamp(-64.0, 64.0);
        let bin = log_odds * Self::DENSITY + Self::BINS as f64 / 2.0;
        let bin = (bin.max(0.0) as usize).min(Self::BINS - 1);
        let block = &mut self.blocks[bin / Self::BLOCK];
        lengthen(block, Self::BLOCK, (0, 0))?;
        let (count, sum) = &mut block[bin % Self::BLOCK];
        *count += 1;
        *sum += (log_odds * Self::UNIT).round() as i64;
        self.customers += 1;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        // No other count is larger.
        self.customers = added(self.customers, other.customers)?;
        for (mine, theirs) in self.blocks.iter_mut().zip(&other.blocks) {
            lengthen(mine, theirs.len(), (0, 0))?;
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                mine.0 += theirs.0;
                mine.1 += theirs.1;
            }
        }
        Ok(())
    }

    /// Writes the bins in use: their numbers, how many customers there are, and the sums.
    fn write(&self, to: &mut Writer) -> Result<()> {
        let blocks = self.blocks.iter().zip((0_u32..).step_by(Self::BLOCK));
        let bins = blocks.flat_map(|(block, first)| (first..).zip(block));
        let used = bins.filter(|(_, (count, _))| *count > 0);
        let used = collected(used.map(|(bin, &bin_counts)| (bin, bin_counts)))?;
        to.slice(used.into_iter())
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let mut read = Self::default();
        let mut least = 0;
        for (bin, (count, sum)) in from.slice::<(u32, (u32, i64))>()?.iter() {
            let bins = least..Self::BINS as u32;
            let largest = i64::from(count) * (64.0 * Self::UNIT) as i64;
            sound(bins.contains(&bin) && count > 0 && (-largest..=largest).contains(&sum))?;
            least = bin + 1;
            let block = &mut read.blocks[bin as usize / Self::BLOCK];
            lengthen(block, Self::BLOCK, (0, 0))?;
            block[bin as usize % Self::BLOCK] = (count, sum);
            read.customers = added(read.customers, count)?;
        }
        Ok(read)
    }

    /// Σ p and Σ p·(1 − p) over the customers, their log odds raised by `intercept`.
    fn probabilities(&self, intercept: f64) -> (f64, f64) {
        let bins = self.blocks.iter().flatten();
        let filled = bins.filter(|(count, _)| *count > 0);
        filled.fold((0.0, 0.0), |(sum, slope), &(count, total)| {
            let count = f64::from(count);
            let p = logistic(intercept + total as f64 / Self::UNIT / count);
            (sum + count * p, slope + count * p * (1.0 - p))
        })
    }

    /// The intercept at which the expected number of buyers is the number that there were.
    ///
    /// # Formula
    ///
    /// Σp + mean(p) = positives + ½. The half and the mean keep it finite where nobody or everybody
    /// bought.
    fn intercept(&self, positives: u32) -> Option<f64> {
        if self.customers == 0 {
            return None;
        }
        let share = 1.0 + 1.0 / f64::from(self.customers);
        Some(solve(f64::from(positives) + 0.5, |intercept| {
            let (sum, slope) = self.probabilities(intercept);
            (share * sum, share * slope)
        }))
    }
}

/// Where an increasing function has a value: Newton's method within a shrinking bracket. The
/// function also gives its slope.
fn solve(value: f64, function: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut low, mut high) = (-64.0, 64.0);
    let mut at = 0.0;
    for _ in 0..200 {
        let (found, slope) = function(at);
        let excess = found - value;
        if excess > 0.0 {
            high = at;
        } else {
            low = at;
        }
        let next = at - excess / slope;
        let next = if next > low && next < high {
            next
        } else {
            (low + high) / 2.0
        };
        if (next - at).abs() < 1e-10 {
            return next;
        }
        at = next;
    }
    at
}

/// Second pass: the log odds of both days, and what became of the earlier ones.
#[derive(Debug, Default)]
pub struct CalibrationCounts {
    labels: Vec<LabelCounts>,
    shop: Launch,
    calendar: Calendar,
}

/// By whether the customer had bought the label: no, yes.
#[derive(Clone, Debug, Default)]
struct LabelCounts {
    today: [Histogram; 2],
    earlier: [Histogram; 2],
    positives: [u32; 2],
    demand: Demand,
    /// On how many days those bought it, and what all customers spent on a day.
    purchases: [u32; 2],
    spend: SpendSum,
}

impl CalibrationCounts {
    /// Adds a customer. The number of labels is the same in every call.
    ///
    /// # Errors
    ///
    /// As those of [`features()`] and [`Scales::log_odds`], and when there are other labels than
    /// before, or no memory for them.
    pub fn add(&mut self, basket: Basket, days: &Days, scales: &Scales) -> Result<()> {
        let Some(today) = days.features(basket, 0)? else {
            return Ok(());
        };
        let earlier = days.features(basket, 1)?;
        fit(&mut self.labels, today.labels.len())?;
        let [now, last_earlier] = [0, 1].map(|day| days.weights[day].until);
        self.calendar = Calendar::new(now, last_earlier);
        basket.days(now).take(1).for_each(|day| self.shop.add(day));
        for bought in basket.labels(now) {
            let Some(counts) = self.labels.get_mut(bought.number as usize) else {
                continue;
            };
            counts.demand.add(bought.days(), &self.calendar);
            if let Some(&median) = scales.median_spend.get(bought.number as usize) {
                let spends = basket.spends(bought);
                spends.for_each(|spent| counts.spend.add(spent, median));
                if let Some(earlier) = &earlier {
                    let known = earlier.labels.get(bought.number as usize);
                    let group = known.is_some_and(|label| label.bought.is_some());
                    let since = bought.days().filter(|&day| day > last_earlier).count();
                    counts.purchases[usize::from(group)] += since as u32;
                }
            }
        }
        for (index, counts) in self.labels.iter_mut().enumerate() {
            let bought = today.labels[index].bought;
            let z = scales.log_odds(&today, index, days, 0)?;
            counts.today[usize::from(bought.is_some())].add(z)?;
            let Some(earlier) = &earlier else { continue };
            let group = usize::from(earlier.labels[index].bought.is_some());
            let z = scales.log_odds(earlier, index, days, 1)?;
            counts.earlier[group].add(z)?;
            if bought.is_some_and(|(_, last)| last > last_earlier) {
                counts.positives[group] += 1;
            }
        }
        Ok(())
    }

    /// Adds everything that `other` counted.
    ///
    /// # Errors
    ///
    /// When it has other labels, or there is no memory for them.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if other.labels.is_empty() {
            return Ok(());
        }
        if !self.labels.is_empty() && self.calendar != other.calendar {
            return Err(changed("weights"));
        }
        fit(&mut self.labels, other.labels.len())?;
        self.calendar = other.calendar;
        self.shop.merge(&other.shop);
        for (mine, theirs) in self.labels.iter_mut().zip(&other.labels) {
            mine.demand.merge(&theirs.demand);
            for group in 0..2 {
                mine.today[group].merge(&theirs.today[group])?;
                mine.earlier[group].merge(&theirs.earlier[group])?;
                mine.positives[group] += theirs.positives[group];
                mine.purchases[group] = added(mine.purchases[group], theirs.purchases[group])?;
            }
            mine.spend.merge(&theirs.spend)?;
        }
        Ok(())
    }

    /// Packs the calibration of every label.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn pack(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::default();
        let labels = self.labels.iter();
        writer.slice(labels.map(|counts| counts.calibrate(&self.shop, &self.calendar)))?;
        Ok(writer.finish())
    }
}

impl Storable for CalibrationCounts {
    const FORMAT: u32 = 1;

    fn write(&self, to: &mut Writer) -> Result<()> {
        to.value(self.labels.len() as u32)?;
        if self.labels.is_empty() {
            return Ok(());
        }
        self.calendar.write(to)?;
        self.shop.write(to)?;
        self.labels.iter().try_for_each(|label| label.write(to))
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let labels = from.value::<u32>()? as usize;
        sound(labels <= MOST_LABELS)?;
        if labels == 0 {
            return Ok(Self::default());
        }
        Ok(Self {
            calendar: Calendar::read(from)?,
            shop: Launch::read(from)?,
            labels: try_collected((0..labels).map(|_| LabelCounts::read(from)))?,
        })
    }
}

impl LabelCounts {
    fn write(&self, to: &mut Writer) -> Result<()> {
        let mut histograms = self.today.iter().chain(&self.earlier);
        histograms.try_for_each(|histogram| histogram.write(to))?;
        let mut counts = self.positives.into_iter().chain(self.purchases);
        counts.try_for_each(|count| to.value(count))?;
        self.demand.write(to)?;
        self.spend.write(to)
    }

    fn read(from: &mut Reader<'_>) -> Result<Self> {
        let mut pair = || Ok([Histogram::read(from)?, Histogram::read(from)?]);
        let (today, earlier) = (pair()?, pair()?);
        let [positives, purchases]: [[u32; 2]; 2] = [from.array()?, from.array()?];
        for group in 0..2 {
            let most = u64::from(positives[group]) * u64::from(MOST_DAYS);
            sound(positives[group] <= earlier[group].customers)?;
            sound(u64::from(purchases[group]) <= most)?;
        }
        let demand = Demand::read(from, today[1].customers)?;
        Ok(Self {
            today,
            earlier,
            positives,
            demand,
            purchases,
            spend: SpendSum::read(from)?,
        })
    }

    /// The intercepts of one horizon ago, both lowered alike where today's customers would then buy
    /// more than is supported. So no order changes.
    fn calibrate(&self, shop: &Launch, calendar: &Calendar) -> Calibration {
        let mut intercepts =
            [0, 1].map(|group| self.earlier[group].intercept(self.positives[group]));
        let expected = |shift: f64| self.expected(intercepts, shift);
        let support = self.demand.support(shop, calendar);
        let mut sum = expected(0.0).0;
        if sum > support {
            let shift = solve(support, expected);
            sum = expected(shift).0;
            intercepts = intercepts.map(|intercept| Some(intercept? + shift));
        }
        let known = self.today.iter().zip(intercepts);
        let customers = known.filter_map(|(today, known)| known.map(|_| today.customers));
        let [new, _] = &self.today;
        let new_sum = intercepts[0].map_or(f64::NAN, |level| new.probabilities(level).0);
        Calibration {
            intercepts: intercepts.map(|intercept| intercept.unwrap_or(f64::NAN)),
            positives: self.positives,
            mean_probability: sum / f64::from(customers.sum::<u32>()),
            mean_new_probability: new_sum / f64::from(new.customers),
            is_new: self.demand.is_new(calendar),
            years_on_record: self.demand.years_on_record(calendar),
            purchases: [0, 1].map(|group| {
                let counts = [self.purchases[group], self.positives[group]];
                let [purchases, buyers] = counts.map(f64::from);
                f64::max(1.0, (purchases + PSEUDO_BUYERS) / (buyers + PSEUDO_BUYERS))
            }),
            typical_spend: self.spend.typical(),
        }
    }

    /// Σ p and Σ p·(1 − p) over today's customers, their log odds raised by their intercept and
    /// by `shift`.
    fn expected(&self, intercepts: [Option<f64>; 2], shift: f64) -> (f64, f64) {
        let groups = self.today.iter().zip(intercepts);
        groups.fold((0.0, 0.0), |(sum, slope), (today, intercept)| {
            let of_group = intercept.map(|intercept| today.probabilities(intercept + shift));
            let (more, steeper) = of_group.unwrap_or_default();
            (sum + more, slope + steeper)
        })
    }
}

/// A customer buys on no more days of the longest horizon.
const MOST_DAYS: u32 = 3_650;

/// As many buyers, who buy on one day, are added to those who tell how often a buyer buys.
const PSEUDO_BUYERS: f64 = 5.0;

/// More years than the days of the calendar have.
const MOST_YEARS: u32 = 1 << 24;

/// The numbers that turn the log odds of a label into probabilities, and these into revenue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// By whether the customer has bought it; NaN without such a customer one horizon ago.
    pub intercepts: [f64; 2],
    /// How many bought within the last horizon, by the same.
    pub positives: [u32; 2],
    /// The mean probability of today's customers.
    pub mean_probability: f64,
    /// That of those of them who never bought it; NaN without one.
    pub mean_new_probability: f64,
    /// Whether hardly anybody had bought it two horizons ago.
    pub is_new: bool,
    /// Whole years since its fifth customer: of so many a season could be known.
    pub years_on_record: u32,
    /// On how many days one of those bought it, at least one.
    pub purchases: [f64; 2],
    /// The mean of what is spent on a day with the label, in medians; NaN where it is not known.
    pub typical_spend: f64,
}

impl Calibration {
    /// Opens the calibrations of all labels, as [`CalibrationCounts::pack`] packed them.
    ///
    /// # Errors
    ///
    /// When they were not packed so.
    pub fn open_all(bytes: &[u8]) -> Result<Vec<Self>> {
        let mut reader = Reader::new(bytes);
        let all = reader.slice::<Self>()?;
        reader.end()?;
        sound(all.len() <= MOST_LABELS && all.iter().all(|label| label.is_sound()))?;
        collected(all.iter())
    }

    fn is_sound(&self) -> bool {
        let known = |value: &f64, least, most| value.is_nan() || (least..=most).contains(value);
        let means = [self.mean_probability, self.mean_new_probability];
        let levels = &self.intercepts;
        levels.iter().all(|level| known(level, -128.0, 64.0))
            && means.iter().all(|mean| known(mean, 0.0, 1.0))
            && self
                .purchases
                .iter()
                .all(|days| (1.0..=f64::from(MOST_DAYS)).contains(days))
            && known(&self.typical_spend, 0.0, 20.0)
            && self.years_on_record <= MOST_YEARS
    }
}

impl Packed for Calibration {
    const SIZE: usize = 72;
    fn append(self, to: &mut Vec<u8>) {
        self.intercepts
            .into_iter()
            .for_each(|value| value.append(to));
        self.positives
            .into_iter()
            .for_each(|value| value.append(to));
        self.mean_probability.append(to);
        self.mean_new_probability.append(to);
        u32::from(self.is_new).append(to);
        self.years_on_record.append(to);
        self.purchases.into_iter().for_each(|days| days.append(to));
        self.typical_spend.append(to);
    }
    fn parse(bytes: &[u8]) -> Self {
        Self {
            intercepts: [f64::parse(&bytes[..8]), f64::parse(&bytes[8..16])],
            positives: [u32::parse(&bytes[16..20]), u32::parse(&bytes[20..24])],
            mean_probability: f64::parse(&bytes[24..32]),
            mean_new_probability: f64::parse(&bytes[32..40]),
            is_new: u32::parse(&bytes[40..44]) != 0,
            years_on_record: u32::parse(&bytes[44..48]),
            purchases: [f64::parse(&bytes[48..56]), f64::parse(&bytes[56..64])],
            typical_spend: f64::parse(&bytes[64..72]),
        }
    }
}

#[cfg(test)]
#[path = "calibration_tests.rs"]
mod tests;
