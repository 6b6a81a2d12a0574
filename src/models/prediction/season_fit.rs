//! The seasons of a shop: purchases that came beside those that MBG/NBD expected.

use super::mbg_nbd::{Customer, Dropout};
use super::model::PurchaseModel;
use super::sample::SampledCustomer;
use super::seasons::Seasons;
use crate::error::Result;
use crate::models::numerics::calendar::{Civil, MONTHS};
use crate::models::numerics::memory::{push, with_room};

/// A shorter past says nothing of seasons.
const LEAST_DAYS: i64 = 365;

/// The whole months that are looked at, the latest: five years.
const MOST_MONTHS: usize = 60;

/// What is added to purchases that came and to those that were expected: the index of a month of
/// which little is known is near 1.
const PRIOR: f64 = 50.0;

/// The same for an interval, which is not to be drawn anywhere: half a purchase keeps it finite.
const LEAST_PRIOR: f64 = 0.5;

/// How often the seasons are found in the time that the seasons found before make. In simulated
/// shops a fourth time moved no index by more than 1 %.
const PASSES: usize = 3;

/// The normal quantile of a 95 % interval.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// One month of the year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeasonEstimate {
    /// The month's purchases as a multiple of the mean month's.
    pub index: f64,
    /// The lower end of its 95 % interval, which need not lie around the index.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// In how many years it was seen whole.
    pub years: i32,
}

/// What is known of a month of the year.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    happened: f64,
    expected: f64,
    /// Over customers, of what happened, of both, and of what was expected.
    squares: [f64; 3],
    years: i32,
}

/// A whole month: its days, and its place in the year.
#[derive(Clone, Copy, Debug)]
struct Month {
    start: i64,
    end: i64,
    place: usize,
}

/// Every whole month after that of the shop's first purchase, the latest [`MOST_MONTHS`].
fn whole_months(first_day: i32, as_of: i32) -> Result<Vec<Month>> {
    let mut months = with_room(MOST_MONTHS)?;
    let mut end = i64::from(as_of) + 1 - (Civil::of(i64::from(as_of) + 1).day - 1);
    while months.len() < MOST_MONTHS {
        let last = Civil::of(end - 1);
        let start = end - last.month_days();
        if start <= i64::from(first_day) {
            break;
        }
        push(
            &mut months,
            Month {
                start,
                end,
                place: last.month,
            },
        )?;
        end = start;
    }
    months.reverse();
    Ok(months)
}

impl Sums {
    fn add(&mut self, happened: f64, expected: f64, weight: f64) {
        self.happened += weight * happened;
        self.expected += weight * expected;
        let squares = [
            happened * happened,
            happened * expected,
            expected * expected,
        ];
        for (sum, square) in self.squares.iter_mut().zip(squares) {
            *sum += weight * square;
        }
    }

    /// (happened + prior)/(expected + prior).
    fn ratio(&self, prior: f64) -> f64 {
        (self.happened + prior) / (self.expected + prior)
    }

    /// The standard error of the logarithm of the ratio.
    ///
    /// # Formula
    ///
    /// √(Σ(a − Se)² + ½) / (A + ½), over the customers' purchases a and expectations e: the
    /// linearised variance of a ratio (Cochran 1977, "Sampling techniques", 6.3), with the prior's.
    fn log_error(&self) -> f64 {
        let ratio = self.ratio(LEAST_PRIOR);
        let [happened, both, expected] = self.squares;
        let variance = happened - 2.0 * ratio * both + ratio * ratio * expected;
        (variance.max(0.0) + LEAST_PRIOR).sqrt() / (self.happened + LEAST_PRIOR)
    }
}

/// The ratios of the months, divided by their mean.
fn index(sums: &[Sums; MONTHS], prior: f64) -> [f64; MONTHS] {
    let ratios = sums.map(|month| month.ratio(prior));
    let mean = ratios.iter().sum::<f64>() / MONTHS as f64;
    ratios.map(|ratio| ratio / mean)
}

/// The factor by which a day of each month counts in a prediction; `None` where less than a year
/// lies behind the shop, or where no shop has such an index. Every customer's repeat purchases
/// count, each beside those that the model expected of them from what was known at the month's
/// beginning.
///
/// # Formula
///
/// Sₖ = (Aₖ + 50)/(Eₖ + 50), divided by the mean of the twelve. A: repeat purchases in the whole
/// months k since the shop's second month. E: of a customer known at a month's beginning P(alive)·
/// (r+x)/(α+T) a day, of one who begins in it b/(a+b)·r/α a day after the first purchase.
///
/// # Errors
///
/// When there is no memory for the months.
pub fn seasons(
    sample: &[SampledCustomer<'_>],
    model: &PurchaseModel,
    first_day: i32,
    as_of: i32,
) -> Result<Option<Seasons>> {
    let sums = season_months(first_day, as_of)?.map(|months| sums(sample, model, &months, None));
    Ok(sums.and_then(|sums| Seasons::new(index(&sums, PRIOR)).ok()))
}

/// How much is bought in each month of the year, January first; `None` where less than a year
/// lies behind the shop.
///
/// # Formula
///
/// That of [`seasons()`], with t and T of every customer in the time that these seasons make, and
/// then once more; E is what MBG/NBD expects in a month of that length, over the length. In
/// calendar days a busy December makes its buyers look like frequent ones, of
/// whom too much is expected in January, and a quiet summer makes customers look lost: a season is
/// taken for a part of the customers. The predictions look at the past in calendar days, so theirs
/// is the factor that goes with it. The interval is around (A + ½)/(E + ½).
///
/// # Errors
///
/// When there is no memory for the months.
pub fn season_estimates(
    sample: &[SampledCustomer<'_>],
    model: &PurchaseModel,
    first_day: i32,
    as_of: i32,
) -> Result<Option<[SeasonEstimate; MONTHS]>> {
    let Some(months) = season_months(first_day, as_of)? else {
        return Ok(None);
    };
    let mut found = sums(sample, model, &months, None);
    for _ in 1..PASSES {
        let Ok(clock) = Seasons::new(index(&found, PRIOR)) else {
            break;
        };
        found = sums(sample, model, &months, Some(&clock));
    }
    let [index, seen] = [PRIOR, LEAST_PRIOR].map(|prior| index(&found, prior));
    Ok(Some(std::array::from_fn(|place| {
        let error = QUANTILE * found[place].log_error();
        SeasonEstimate {
            index: index[place],
            low: seen[place] * (-error).exp(),
            high: seen[place] * error.exp(),
            years: found[place].years,
        }
    })))
}

/// The whole months of a shop that is a year old.
fn season_months(first_day: i32, as_of: i32) -> Result<Option<Vec<Month>>> {
    let is_known = i64::from(as_of) - i64::from(first_day) >= LEAST_DAYS;
    is_known.then(|| whole_months(first_day, as_of)).transpose()
}

/// What came and what was expected, in calendar days or in the time of `clock`.
fn sums(
    sample: &[SampledCustomer<'_>],
    model: &PurchaseModel,
    months: &[Month],
    clock: Option<&Seasons>,
) -> [Sums; MONTHS] {
    let mut sums = [Sums::default(); MONTHS];
    for month in months {
        sums[month.place].years += 1;
    }
    for customer in sample {
        add(&mut sums, customer, model, months, clock);
    }
    sums
}

/// Adds a customer's purchases of every month.
fn add(
    sums: &mut [Sums; MONTHS],
    customer: &SampledCustomer<'_>,
    model: &PurchaseModel,
    months: &[Month],
    clock: Option<&Seasons>,
) {
    let days = customer.days();
    let Some(first) = days.first().map(|&day| i64::from(day)) else {
        return;
    };
    let time = |day: i64| clock.map_or(day as f64, |seasons| seasons.time(day));
    let customer_of =
        |x, t, u| Customer::new(&model.parameters(), Dropout::AfterEveryPurchase, x, t, u);
    let weight = customer.weight();
    // How many of the days were before the month.
    let mut known = 0;
    for month in months {
        if month.end <= first {
            continue;
        }
        while days
            .get(known)
            .is_some_and(|&day| i64::from(day) < month.start)
        {
            known += 1;
        }
        let inside = days[known..]
            .iter()
            .take_while(|&&day| i64::from(day) < month.end);
        let happened = inside.count() as f64;
        let (happened, customer, days_ahead) = if known == 0 {
            (
                happened - 1.0,
                customer_of(0, 0.0, 0.0),
                month.end - 1 - first,
            )
        } else {
            let last = time(i64::from(days[known - 1]));
            let (t, u) = (last - time(first), time(month.start - 1) - last);
            let customer = customer_of(known as u32 - 1, t, u);
            (happened, customer, month.end - month.start)
        };
        let days_ahead = days_ahead as f64;
        let expected = clock.map_or(customer.purchase_rate() * days_ahead, |seasons| {
            let index = seasons.index()[month.place];
            customer.expected_purchases(days_ahead * index) / index
        });
        sums[month.place].add(happened, expected, weight);
    }
}

#[cfg(test)]
#[path = "season_fit_tests.rs"]
mod tests;
