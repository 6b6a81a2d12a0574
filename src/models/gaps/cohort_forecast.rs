//! What cohorts will have spent: the purchase model's expectation, held to what followed in the
//! shop's own past.

use super::past_errors::{Expectation, PastErrors};
use crate::error::Result;
use crate::models::numerics::checks::{changed, finite_sum};
use crate::models::numerics::memory::{
    collected, copied, filled, grow_map, try_collected, with_room,
};
use crate::models::numerics::sum::Sum;
use std::collections::HashMap;

/// The days that expectations start from and reach to, the same for all customers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Span {
    /// The first days of the windows of the past, which follow each other, and at last today;
    /// ascending.
    pub outsets: Vec<i32>,
    /// The days that are looked ahead to from today, ascending.
    pub ends: Vec<i32>,
}

/// The expected and the actual revenue of customers.
#[derive(Clone, Copy, Debug, Default)]
struct Compared {
    expected: Sum,
    actual: Sum,
}

impl Compared {
    fn merge(&mut self, other: &Self) {
        self.expected.merge(&other.expected);
        self.actual.merge(&other.actual);
    }
}

/// What customers are expected to spend, as [`Expectation`].
#[derive(Clone, Copy, Debug, Default)]
struct Ahead {
    revenue: Sum,
    ln_none: Sum,
}

/// The squares of one window, over all customers.
#[derive(Clone, Copy, Debug, Default)]
struct Squares {
    expected: Sum,
    product: Sum,
    actual: Sum,
    /// The squares of what was expected less what followed, and the squares of those.
    errors: Sum,
    errors_squared: Sum,
}

/// The numbers of the split and of the period of the first purchase.
pub type CohortKey = (i64, i64);

/// One cohort.
#[derive(Debug, Default)]
struct Expected {
    windows: Vec<Compared>,
    ahead: Vec<Ahead>,
}

/// Collects customers in any order and any number of parts.
#[derive(Debug, Default)]
pub struct CohortOutlook {
    span: Span,
    squares: Vec<Squares>,
    cohorts: HashMap<CohortKey, Expected>,
}

/// What a cohort is expected to spend from today to a day ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpectedSpend {
    /// The cohort.
    pub cohort: CohortKey,
    /// The number of the day.
    pub end: usize,
    /// The revenue to expect.
    pub expected: f64,
    /// The ends of its 80 % interval; `None` where the past does not tell.
    pub interval: Option<(f64, f64)>,
}

impl CohortOutlook {
    /// Sets the days, which are the same in every call.
    ///
    /// # Errors
    ///
    /// When they are others than before.
    pub fn set_span(&mut self, span: &Span) -> Result<()> {
        if self.span.outsets.is_empty() {
            self.span = Span {
                outsets: copied(&span.outsets)?,
                ends: copied(&span.ends)?,
            };
            self.squares = filled(Squares::default(), self.windows())?;
        }
        if self.span == *span {
            Ok(())
        } else {
            Err(changed("dates"))
        }
    }

    /// The days that are looked ahead to.
    pub fn ends(&self) -> &[i32] {
        &self.span.ends
    }

    fn windows(&self) -> usize {
        self.span.outsets.len().saturating_sub(1)
    }

    /// A cohort, with room for its sums.
    fn cohort(&mut self, key: CohortKey) -> Result<&mut Expected> {
        let (windows, ends) = (self.windows(), self.span.ends.len());
        if !self.cohorts.contains_key(&key) {
            grow_map(&mut self.cohorts)?;
            let windows = filled(Compared::default(), windows)?;
            let ahead = filled(Ahead::default(), ends)?;
            self.cohorts.insert(key, Expected { windows, ahead });
        }
        Ok(self.cohorts.entry(key).or_default())
    }

    /// Adds what was expected of a customer in a window of the past, and what followed.
    ///
    /// # Errors
    ///
    /// When there is no memory for the cohort.
    pub fn compare(
        &mut self,
        cohort: CohortKey,
        window: usize,
        expected: f64,
        actual: f64,
    ) -> Result<()> {
        let compared = &mut self.cohort(cohort)?.windows[window];
        compared.expected.add(expected);
        compared.actual.add(actual);
        let squares = &mut self.squares[window];
        squares.expected.add(expected * expected);
        squares.product.add(expected * actual);
        squares.actual.add(actual * actual);
        let error = (actual - expected).powi(2);
        squares.errors.add(error);
        squares.errors_squared.add(error * error);
        Ok(())
    }

    /// Adds what is expected of a customer up to each day ahead.
    ///
    /// # Errors
    ///
    /// When there is no memory for the cohort.
    pub fn expect(
        &mut self,
        cohort: CohortKey,
        ahead: impl Iterator<Item = Expectation>,
    ) -> Result<()> {
        let sums = &mut self.cohort(cohort)?.ahead;
        for (sums, expectation) in sums.iter_mut().zip(ahead) {
            sums.revenue.add(expectation.revenue);
            sums.ln_none.add(expectation.ln_none);
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When it has other days, or there is no memory for a cohort.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if other.span.outsets.is_empty() {
            return Ok(());
        }
        self.set_span(&other.span)?;
        for (into, from) in self.squares.iter_mut().zip(&other.squares) {
            into.expected.merge(&from.expected);
            into.product.merge(&from.product);
            into.actual.merge(&from.actual);
            into.errors.merge(&from.errors);
            into.errors_squared.merge(&from.errors_squared);
        }
        for (&number, from) in &other.cohorts {
            let into = self.cohort(number)?;
            for (into, from) in into.windows.iter_mut().zip(&from.windows) {
                into.merge(from);
            }
            for (into, from) in into.ahead.iter_mut().zip(&from.ahead) {
                into.revenue.merge(&from.revenue);
                into.ln_none.merge(&from.ln_none);
            }
        }
        Ok(())
    }

    /// Every cohort of which something is expected, at every day ahead, in order.
    ///
    /// # Errors
    ///
    /// When the amounts add up to more than an `f64` holds, or there is no memory for the rows.
    pub fn table(&self) -> Result<Vec<ExpectedSpend>> {
        let errors = self.past_errors()?;
        let today = self.span.outsets.last().copied().unwrap_or_default();
        let window = match self.span.outsets[..] {
            [.., before, today] => days_between(before, today),
            _ => 1.0,
        };
        let mut cohorts: Vec<_> = collected(&self.cohorts)?;
        cohorts.sort_unstable_by_key(|&(number, _)| *number);
        let mut rows = with_room(cohorts.len() * self.span.ends.len())?;
        for (&cohort, sums) in cohorts {
            for (end, (sums, &day)) in sums.ahead.iter().zip(&self.span.ends).enumerate() {
                let Some(revenue) = sums.revenue.known()? else {
                    continue;
                };
                let expectation = Expectation {
                    revenue,
                    ln_none: sums.ln_none.value(),
                };
                let level = errors.map_or(0.0, |errors| errors.level);
                let stretch = (days_between(today, day) / window).max(1.0);
                rows.push(ExpectedSpend {
                    cohort,
                    end,
                    expected: finite_sum(revenue * level.exp())?,
                    interval: errors.and_then(|errors| errors.interval(&expectation, stretch)),
                });
            }
        }
        Ok(rows)
    }

    /// How far expectations were off; `None` without a window in which revenue was expected and
    /// followed.
    ///
    /// # Formula
    ///
    /// Lⱼ = ln(Aⱼ/Eⱼ) for the *k* windows *j*, with expected revenue E and actual revenue A of all
    /// customers. Together with one more window whose L is 0, which stands for what is believed
    /// before, their mean is the level, and s² is (1 + 1/(k+1)) times their sample variance: the
    /// variance of a prediction. With cⱼ = exp(Lⱼ), customers *i* and cohorts *h*
    ///
    /// φ = Σᵢⱼ (Aᵢⱼ − cⱼEᵢⱼ)² / Σᵢⱼ cⱼEᵢⱼ
    ///
    /// τ² = max(0, Σₕⱼ ((Aₕⱼ − cⱼEₕⱼ)² − φ·cⱼEₕⱼ) / Σₕⱼ (cⱼEₕⱼ)²)
    ///
    /// The first is the dispersion of a variance that is proportional to the mean, McCullagh &
    /// Nelder (1989), *Generalized Linear Models*, 9.2, as in England & Verrall (2002),
    /// section 2.3; the second what cohorts differ by beyond it, by the method of moments. The few
    /// who spend most decide φ, so its degrees of freedom are those of the errors e = A − E:
    /// ν = 2(Σ e²)²/Σ e⁴, Satterthwaite's with the mean of e⁴ for the variance of e².
    fn past_errors(&self) -> Result<Option<PastErrors>> {
        let levels: Vec<Option<f64>> =
            try_collected((0..self.windows()).map(|window| self.level(window)))?;
        let known = levels.iter().flatten().count();
        if known == 0 {
            return Ok(None);
        }
        let count = known as f64 + 1.0;
        let level = levels.iter().flatten().sum::<f64>() / count;
        let off = levels.iter().flatten().map(|l| (l - level).powi(2));
        let level_variance =
            (off.sum::<f64>() + level * level) / (count - 1.0) * (1.0 + 1.0 / count);

        let (mut scatter, mut expected) = (0.0, 0.0);
        let (mut beyond, mut squared) = (0.0, 0.0);
        let (mut errors, mut errors_squared) = (0.0, 0.0);
        for (window, factor) in (0..).zip(&levels) {
            let Some(factor) = factor.map(f64::exp) else {
                continue;
            };
            let Squares {
                expected: ee,
                product: ea,
                actual: aa,
                errors: off,
                errors_squared: off_squared,
            } = self.squares[window];
            errors += off.value();
            errors_squared += off_squared.value();
            let [ee, ea, aa] = [ee, ea, aa].map(|sum| sum.value());
            scatter += aa - 2.0 * factor * ea + factor * factor * ee;
            expected += factor * self.total(window, |compared| &compared.expected).value();
            let (mut off, mut own) = (Sum::default(), Sum::default());
            for compared in self.cohorts.values().map(|cohort| &cohort.windows[window]) {
                let mean = factor * compared.expected.value();
                off.add((compared.actual.value() - mean).powi(2));
                own.add(mean * mean);
            }
            beyond += off.value();
            squared += own.value();
        }
        let (dispersion, spread) = (scatter / expected, (beyond - scatter) / squared);
        // Squares of amounts that are beyond all reason are more than an f64 holds.
        let known = dispersion.is_finite() && spread.is_finite();
        Ok(known.then_some(PastErrors {
            level,
            level_variance,
            dispersion: dispersion.max(0.0),
            freedom: if errors_squared > 0.0 {
                2.0 * errors * errors / errors_squared
            } else {
                f64::INFINITY
            },
            spread: spread.max(0.0),
        }))
    }

    /// ln(A/E) of all customers in a window; `None` where either is not positive.
    fn level(&self, window: usize) -> Result<Option<f64>> {
        let [expected, actual] = [
            self.total(window, |compared| &compared.expected),
            self.total(window, |compared| &compared.actual),
        ]
        .map(|sum| sum.known());
        let (Some(expected), Some(actual)) = (expected?, actual?) else {
            return Ok(None);
        };
        let level = (actual / expected).ln();
        Ok((expected > 0.0 && level.is_finite()).then_some(level))
    }

    fn total(&self, window: usize, of: impl Fn(&Compared) -> &Sum) -> Sum {
        let mut total = Sum::default();
        for cohort in self.cohorts.values() {
            total.merge(of(&cohort.windows[window]));
        }
        total
    }
}

/// From one day to a later one.
fn days_between(from: i32, to: i32) -> f64 {
    f64::from(to) - f64::from(from)
}

#[cfg(test)]
#[path = "cohort_forecast_tests.rs"]
mod tests;
