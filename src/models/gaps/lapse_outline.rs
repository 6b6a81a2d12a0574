//! What the first pass over a shop's customers tells the second about their waits, packed into bytes and read where it is.

use super::wait_counts::{Target, weight};
use crate::error::{Error, Result};
use crate::models::numerics::bytes::{Reader, Slice, Writer, foreign, sound};
use crate::models::numerics::kaplan_meier::{Influence, KaplanMeier, reaches};
use crate::models::numerics::student_t::NORMAL_975;
use crate::models::numerics::sum::Sum;

/// When the customers of a shop, or of a part of it, have lapsed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lapse {
    /// Customers, each of whom is silent for some days.
    pub customers: u64,
    /// Gaps between consecutive purchases.
    pub gaps: u64,
    /// The share of waits that ever end, every customer counting for one, read at the last day
    /// that at least [`ENOUGH`](super::wait_counts::ENOUGH) waits have reached.
    pub ever_return_share: Option<f64>,
    /// The threshold; `None` with fewer than [`ENOUGH`](super::wait_counts::ENOUGH) repeat customers.
    pub threshold: Option<Threshold>,
    /// The mean over repeat customers of their mean gap.
    pub mean_own_gap: Option<f64>,
    /// The 40th percentile of the gaps.
    pub p40_gap: Option<f64>,
    /// The 80th percentile of the gaps.
    pub p80_gap: Option<f64>,
}

/// A number of days and its confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The estimate.
    pub days: u32,
    /// The lower end of the 95 % interval.
    pub lower: u32,
    /// The upper end; `None` where it lies beyond what can be read from the curve.
    pub upper: Option<u32>,
    /// The standard error of the share that the threshold is read at.
    pub standard_error: f64,
}

/// The result but for the interval, and what the interval is found from.
#[derive(Clone, Copy)]
pub struct LapseOutline<'a> {
    /// With the threshold where nothing is left to the second pass.
    lapse: Lapse,
    /// `None` where there is no threshold, or nothing left to find it.
    reading: Option<CurveReading<'a>>,
}

/// What follows the numbers of an outline.
const NO_THRESHOLD: u8 = 0;
const CURVE: u8 = 1;
const THRESHOLD: u8 = 2;

/// The curve that the threshold is read from, 28 bytes for each length of wait.
#[derive(Clone, Copy)]
struct CurveReading<'a> {
    target: Target,
    /// The threshold.
    days: u32,
    /// The lengths of wait, ascending.
    lengths: Slice<'a, u32>,
    /// Of each the share of waits that end within it.
    heights: Slice<'a, f64>,
    /// Of each the influence of a wait that ended, and of one that is open.
    influences: Slice<'a, (f64, f64)>,
}

impl<'a> LapseOutline<'a> {
    /// Packs the result of the first pass: where the threshold is read, its days, and what each length of wait
    /// contributes to its variance.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn write(
        lapse: &Lapse,
        curve: &KaplanMeier,
        read: Option<&(Target, u32, Vec<Influence>)>,
    ) -> Result<Vec<u8>> {
        let mut to = Self::write_numbers(lapse)?;
        to.value(read.map_or(NO_THRESHOLD, |_| CURVE))?;
        if let Some((target, days, influence)) = read {
            to.value(target.end)?;
            to.value(target.reached)?;
            to.value(*days)?;
            to.slice(curve.shares().map(|(days, _)| days))?;
            to.slice(curve.shares().map(|(_, height)| height))?;
            to.slice(influence.iter().map(|wait| (wait.ended, wait.open)))?;
        }
        Ok(to.finish())
    }

    fn write_numbers(lapse: &Lapse) -> Result<Writer> {
        let mut to = Writer::default();
        to.value(lapse.customers)?;
        to.value(lapse.gaps)?;
        let numbers = [
            lapse.ever_return_share,
            lapse.mean_own_gap,
            lapse.p40_gap,
            lapse.p80_gap,
        ];
        for number in numbers {
            to.value(number.unwrap_or(f64::NAN))?;
        }
        Ok(to)
    }

    /// Packs the result instead of the curve, from the gaps and the silence of all customers: with thousands of segments
    /// a curve for each is most of the memory.
    ///
    /// # Errors
    ///
    /// When they are other customers, or there is no memory for it.
    pub fn finished<'c>(
        &self,
        customers: impl Iterator<Item = (&'c [u32], u32)>,
    ) -> Result<Vec<u8>> {
        let mut to = Self::write_numbers(&self.lapse)?;
        let mut squares = Sum::default();
        if let Some(reading) = &self.reading {
            for (gaps, silence) in customers {
                squares.add(reading.square(gaps.iter().copied(), silence)?);
            }
        }
        let Some(threshold) = self.lapse(squares.known()?).threshold else {
            to.value(NO_THRESHOLD)?;
            return Ok(to.finish());
        };
        to.value(THRESHOLD)?;
        to.value(threshold.days)?;
        to.value(threshold.lower)?;
        to.value(u8::from(threshold.upper.is_some()))?;
        to.value(threshold.upper.unwrap_or_default())?;
        to.value(threshold.standard_error)?;
        Ok(to.finish())
    }

    /// Opens what [`write`](Self::write) or [`finished`](Self::finished) packed, without a look at each length: with
    /// many segments every row has another outline.
    ///
    /// # Errors
    ///
    /// When it did not pack this.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut from = Reader::new(bytes);
        let (customers, gaps) = (from.value()?, from.value()?);
        let numbers: [f64; 4] = from.array()?;
        let [ever_return_share, mean_own_gap, p40_gap, p80_gap] =
            numbers.map(|number| (!number.is_nan()).then_some(number));
        sound(numbers.iter().all(|number| !number.is_infinite()))?;
        let (reading, threshold) = match from.value::<u8>()? {
            NO_THRESHOLD => (None, None),
            CURVE => (Some(CurveReading::open(&mut from)?), None),
            THRESHOLD => (None, Some(Threshold::open(&mut from)?)),
            _ => return Err(foreign()),
        };
        from.end()?;
        let lapse = Lapse {
            customers,
            gaps,
            ever_return_share,
            threshold,
            mean_own_gap,
            p40_gap,
            p80_gap,
        };
        Ok(Self { lapse, reading })
    }

    /// The square of the sum of a customer's influences, each times its weight; `None` where there is no threshold, or
    /// it is found already, or there is no day. The days are ascending and up to `as_of`.
    ///
    /// # Errors
    ///
    /// When the days go beyond `as_of`, or the first pass did not see this customer.
    pub fn square(&self, days: &[i32], as_of: i32) -> Result<Option<f64>> {
        let (Some(reading), Some(last)) = (&self.reading, days.last()) else {
            return Ok(None);
        };
        let square = reading.square(gaps(days), silence(*last, as_of)?)?;
        Ok(Some(square))
    }

    /// The threshold and its interval, from the sum of the [`square`](Self::square)s of all customers.
    ///
    /// # Formula
    ///
    /// The interval is that of Woodruff (1952): the days at which F reaches `share`·F* ± 1.96
    /// standard errors of φ = F(t) − `share`·F*, both days being held fixed. Customers are independent but the waits of
    /// one customer are not, so its variance is, by Williams (1995), n/(n−1) times the sum over the n customers of the
    /// square of the sum of their waits' influences, each times its weight, whose mean is 0.
    pub fn lapse(&self, squares: Option<f64>) -> Lapse {
        let n = self.lapse.customers as f64;
        let found = self.reading.zip(squares).and_then(|(reading, squares)| {
            let standard_error = (squares * n / (n - 1.0)).sqrt();
            let reached = reading.target.reached;
            let upper = reading.quantile(reached + NORMAL_975 * standard_error);
            let lower = reading.quantile(reached - NORMAL_975 * standard_error)?;
            Some(Threshold {
                days: reading.days,
                lower,
                upper: upper.filter(|&upper| upper <= reading.target.end),
                standard_error,
            })
        });
        Lapse {
            threshold: found.or(self.lapse.threshold),
            ..self.lapse
        }
    }
}

impl Threshold {
    fn open(from: &mut Reader<'_>) -> Result<Self> {
        let (days, lower) = (from.value()?, from.value()?);
        let (has_upper, upper) = (from.value::<u8>()?, from.value()?);
        let upper = (has_upper == 1).then_some(upper);
        let standard_error: f64 = from.value()?;
        let is_ordered = lower <= days && upper.is_none_or(|upper| days <= upper);
        sound(has_upper <= 1 && is_ordered && (0.0..f64::INFINITY).contains(&standard_error))?;
        Ok(Self {
            days,
            lower,
            upper,
            standard_error,
        })
    }
}

impl<'a> CurveReading<'a> {
    fn open(from: &mut Reader<'a>) -> Result<Self> {
        let reading = Self {
            target: Target {
                end: from.value()?,
                reached: from.value()?,
            },
            days: from.value()?,
            lengths: from.slice()?,
            heights: from.slice()?,
            influences: from.slice()?,
        };
        let lengths = reading.lengths.len();
        sound(reading.target.reached.is_finite())?;
        sound(reading.heights.len() == lengths && reading.influences.len() == lengths)?;
        Ok(reading)
    }

    /// The square of the sum of a customer's influences, each times its weight.
    fn square(&self, gaps: impl ExactSizeIterator<Item = u32>, silence: u32) -> Result<f64> {
        let weight = weight(gaps.len()) as f64;
        let mut sum = 0.0;
        for gap in gaps {
            sum += self.influence(gap)?.0;
        }
        sum += self.influence(silence)?.1;
        let square = (weight * sum).powi(2);
        sound(square.is_finite())?;
        Ok(square)
    }

    /// The influence of a wait of this length that ended, and of one that is open.
    fn influence(&self, length: u32) -> Result<(f64, f64)> {
        // In a shop of many customers nearly every length is some customer's, so it is that far from the shortest.
        let shortest = self.lengths.get(0).unwrap_or_default();
        let is_here = |at: &usize| self.lengths.get(*at) == Some(length);
        let at = Some(length.wrapping_sub(shortest) as usize)
            .filter(is_here)
            .or_else(|| Some(self.lengths.partition_point(|other| other < length)).filter(is_here));
        at.and_then(|at| self.influences.get(at))
            .ok_or_else(|| Error::argument("outline", "must be that of the same customers"))
    }

    /// The fewest days within which `share` of the waits end, as [`KaplanMeier::quantile`] has it.
    fn quantile(&self, share: f64) -> Option<u32> {
        if share <= 0.0 {
            return Some(0);
        }
        let at = self
            .heights
            .partition_point(|height| !reaches(height, share));
        self.lengths.get(at)
    }
}

/// The gaps between ascending days.
pub fn gaps(days: &[i32]) -> impl ExactSizeIterator<Item = u32> + Clone {
    days.windows(2).map(|pair| pair[1].abs_diff(pair[0]))
}

/// The days since the last purchase.
///
/// # Errors
///
/// When it is after `as_of`.
pub fn silence(last: i32, as_of: i32) -> Result<u32> {
    if last > as_of {
        return Err(Error::argument("days", "must not be after as_of"));
    }
    Ok(as_of.abs_diff(last))
}
