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

/// The normal quantile of a 95 % interval.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// One month of the year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeasonEstimate {
    /// The month's purchases as a multiple of the mean month's.
    pub index: f64,
    /// The lower end of its 95 % interval.
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

    /// (happened + 50)/(expected + 50).
    fn ratio(&self) -> f64 {
        (self.happened + PRIOR) / (self.expected + PRIOR)
    }

    /// The standard error of the logarithm of the ratio.
    ///
    /// # Formula
    ///
    /// √(Σ(a − Se)² + 50·S) / (A + 50), over the customers' purchases a and expectations e: the
    /// linearised variance of a ratio (Cochran 1977, "Sampling techniques", 6.3), with the prior's.
    fn log_error(&self) -> f64 {
        let ratio = self.ratio();
        let [happened, both, expected] = self.squares;
        let variance = happened - 2.0 * ratio * both + ratio * ratio * expected + PRIOR * ratio;
        variance.max(0.0).sqrt() / (self.happened + PRIOR)
    }
}

/// The months of the year, January first; `None` where less than a year lies behind the shop. Every
/// customer's repeat purchases count, each beside those that the model expected of them from what
/// was known at the month's beginning.
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
pub fn season_estimates(
    sample: &[SampledCustomer],
    model: &PurchaseModel,
    first_day: i32,
    as_of: i32,
) -> Result<Option<[SeasonEstimate; MONTHS]>> {
    if i64::from(as_of) - i64::from(first_day) < LEAST_DAYS {
        return Ok(None);
    }
    let months = whole_months(first_day, as_of)?;
    let mut sums = [Sums::default(); MONTHS];
    for month in &months {
        sums[month.place].years += 1;
    }
    for customer in sample {
        add(&mut sums, customer, model, &months);
    }
    let mean = sums.iter().map(Sums::ratio).sum::<f64>() / MONTHS as f64;
    Ok(Some(sums.map(|month| {
        let (index, error) = (month.ratio() / mean, QUANTILE * month.log_error());
        SeasonEstimate {
            index,
            low: index * (-error).exp(),
            high: index * error.exp(),
            years: month.years,
        }
    })))
}

/// The seasons that the estimates speak of; an index that no shop has is not believed.
pub fn seasons(estimates: &[SeasonEstimate; MONTHS]) -> Option<Seasons> {
    Seasons::new(estimates.map(|month| month.index)).ok()
}

/// Adds a customer's purchases of every month.
fn add(
    sums: &mut [Sums; MONTHS],
    customer: &SampledCustomer,
    model: &PurchaseModel,
    months: &[Month],
) {
    let days = customer.days();
    let Some(first) = days.first().map(|&day| i64::from(day)) else {
        return;
    };
    let new_rate = model.new_customer_rate();
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
        let (happened, expected) = if known == 0 {
            (happened - 1.0, new_rate * (month.end - 1 - first) as f64)
        } else {
            let last = i64::from(days[known - 1]);
            let until_then = Customer::new(
                &model.parameters(),
                Dropout::AfterEveryPurchase,
                known as u32 - 1,
                (last - first) as f64,
                (month.start - 1 - last) as f64,
            );
            let days = (month.end - month.start) as f64;
            (happened, until_then.purchase_rate() * days)
        };
        sums[month.place].add(happened, expected, customer.weight());
    }
}

#[cfg(test)]
#[path = "season_fit_tests.rs"]
mod tests;
