//! What cohorts will have spent: the purchase model's expectation, held to what followed in the
//! shop's own past.

use crate::error::{Error, Result};
use crate::models::numerics::checks::changed;
use crate::models::numerics::memory::{
    collected, copied, filled, grow_map, try_collected, with_room,
};
use crate::models::numerics::sum::Sum;
use std::collections::HashMap;

/// The 90 % point of the standard normal distribution, for intervals of 80 %.
const NORMAL_90: f64 = 1.281_551_565_544_600_4;

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

/// The squares of one window, over all customers.
#[derive(Clone, Copy, Debug, Default)]
struct Squares {
    expected: Sum,
    product: Sum,
    actual: Sum,
}

/// The numbers of the split and of the period of the first purchase.
pub type CohortKey = (i64, i64);

/// One cohort.
#[derive(Debug, Default)]
struct Expected {
    windows: Vec<Compared>,
    ahead: Vec<Sum>,
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

/// How far expectations of the past were from what followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PastErrors {
    /// The logarithm of the factor that the shop's expectations need.
    level: f64,
    /// The variance of that logarithm in another window.
    level_variance: f64,
    /// The variance of a customer's revenue, per unit expected.
    dispersion: f64,
    /// The variance of a cohort's revenue beyond that, per squared unit expected.
    spread: f64,
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
            let ahead = filled(Sum::default(), ends)?;
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
        Ok(())
    }

    /// Adds what is expected of a customer up to each day ahead.
    ///
    /// # Errors
    ///
    /// When there is no memory for the cohort.
    pub fn expect(&mut self, cohort: CohortKey, ahead: impl Iterator<Item = f64>) -> Result<()> {
        let sums = &mut self.cohort(cohort)?.ahead;
        sums.iter_mut()
            .zip(ahead)
            .for_each(|(sum, expected)| sum.add(expected));
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
        }
        for (&number, from) in &other.cohorts {
            let into = self.cohort(number)?;
            for (into, from) in into.windows.iter_mut().zip(&from.windows) {
                into.expected.merge(&from.expected);
                into.actual.merge(&from.actual);
            }
            for (into, from) in into.ahead.iter_mut().zip(&from.ahead) {
                into.merge(from);
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
            for (end, (sum, &day)) in sums.ahead.iter().zip(&self.span.ends).enumerate() {
                let Some(expected) = sum.known()? else {
                    continue;
                };
                let level = errors.map_or(0.0, |errors| errors.level);
                let expected = finite(expected * level.exp())?;
                let stretch = (days_between(today, day) / window).max(1.0);
                let interval = errors.map(|errors| errors.interval(expected, stretch));
                rows.push(ExpectedSpend {
                    cohort,
                    end,
                    expected,
                    interval: interval.transpose()?,
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
    /// section 2.3; the second what cohorts differ by beyond it, by the method of moments.
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
        for (window, factor) in (0..).zip(&levels) {
            let Some(factor) = factor.map(f64::exp) else {
                continue;
            };
            let Squares {
                expected: ee,
                product: ea,
                actual: aa,
            } = self.squares[window];
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

impl PastErrors {
    /// The 80 % interval of a cohort's revenue, `stretch` times as far ahead as the windows reach.
    ///
    /// # Formula
    ///
    /// A lognormal distribution with mean F, the expected revenue, and variance
    /// V = stretch·(φF + (τ² + s²)F²): with σ² = ln(1 + V/F²) the ends are F·exp(−σ²/2 ± zσ).
    ///
    /// # Errors
    ///
    /// When an end is more than an `f64` holds.
    fn interval(&self, expected: f64, stretch: f64) -> Result<(f64, f64)> {
        if expected <= 0.0 {
            return Ok((0.0, 0.0));
        }
        let relative = self.dispersion / expected + self.spread + self.level_variance;
        let variance = (stretch * relative).ln_1p();
        let end = |z: f64| finite(expected * (z * variance.sqrt() - 0.5 * variance).exp());
        Ok((end(-NORMAL_90)?, end(NORMAL_90)?))
    }
}

/// From one day to a later one.
fn days_between(from: i32, to: i32) -> f64 {
    f64::from(to) - f64::from(from)
}

/// A sum of money.
fn finite(amount: f64) -> Result<f64> {
    if amount.is_finite() {
        return Ok(amount);
    }
    Err(Error::argument(
        "amount",
        "adds up to more than a DOUBLE holds",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A customer: the cohort, expected and actual revenue by window, and what is ahead.
    type Given = (CohortKey, Vec<(f64, f64)>, [f64; 2]);

    fn outlook(windows: i32, customers: &[Given]) -> CohortOutlook {
        let mut outlook = CohortOutlook::default();
        let span = Span {
            outsets: (0..=windows).map(|window| window * 10).collect(),
            ends: vec![windows * 10 + 5, windows * 10 + 20],
        };
        outlook.set_span(&span).expect("the same days");
        for (cohort, past, ahead) in customers {
            for (window, &(expected, actual)) in past.iter().enumerate() {
                let added = outlook.compare(*cohort, window, expected, actual);
                added.expect("memory");
            }
            let added = outlook.expect(*cohort, ahead.iter().copied());
            added.expect("memory");
        }
        outlook
    }

    #[test]
    fn one_window_worked_out_by_hand() {
        let given = [
            ((1, 0), vec![(1.0, 4.0)], [2.0, 4.0]),
            ((1, 0), vec![(1.0, 0.0)], [2.0, 4.0]),
            ((1, 1), vec![(2.0, 12.0)], [1.0, 2.0]),
        ];
        let rows = outlook(1, &given).table().expect("small amounts");
        // 16 of 4: the factor 4, of which half is taken in logarithms, 2.
        let level = 4f64.ln() / 2.0;
        let level_variance = 2.0 * level * level * 1.5;
        let dispersion = (0.0 + 16.0 + 16.0) / 16.0;
        // Cohorts: 4 − 8 and 12 − 8, no more apart than the customers are.
        let spread = 0.0;
        let errors = PastErrors {
            level,
            level_variance,
            dispersion,
            spread,
        };
        let found = outlook(1, &given).past_errors().expect("small amounts");
        let found = found.expect("a window");
        assert!((found.level - errors.level).abs() < 1e-15);
        assert!((found.level_variance - errors.level_variance).abs() < 1e-15);
        assert!((found.dispersion - errors.dispersion).abs() < 1e-12);
        assert_eq!(found.spread, errors.spread);
        let expected: Vec<_> = rows.iter().map(|row| row.expected).collect();
        for (found, right) in expected.iter().zip([8.0, 16.0, 2.0, 4.0]) {
            assert!((found - right).abs() < 1e-12);
        }
        // 20 days ahead are two windows.
        let (low, high) = rows[1].interval.expect("a window");
        let variance = (2.0 * (dispersion / 16.0 + level_variance)).ln_1p();
        assert!((low * high - 256.0 * (-variance).exp()).abs() < 1e-9);
        assert!(((high / low).ln() - 2.0 * NORMAL_90 * variance.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn without_a_past_there_is_no_interval() {
        let young = outlook(0, &[((1, 0), vec![], [3.0, 5.0])]);
        let rows = young.table().expect("small amounts");
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.interval.is_none()));
        assert_eq!(rows[1].expected, 5.0);
        for (expected, actual) in [(0.0, 3.0), (3.0, 0.0), (3.0, -1.0), (1.0, 1e200)] {
            let odd = outlook(1, &[((1, 0), vec![(expected, actual)], [3.0, 5.0])]);
            let rows = odd.table().expect("small amounts");
            assert_eq!((rows[0].expected, rows[0].interval), (3.0, None));
        }
        assert_eq!(CohortOutlook::default().table(), Ok(Vec::new()));
    }

    #[test]
    fn days_are_the_same_and_sums_are_finite() {
        let mut found = outlook(1, &[]);
        assert!(found.merge(&outlook(2, &[])).is_err());
        assert!(found.merge(&CohortOutlook::default()).is_ok());
        let many = vec![((1, 0), vec![(1.0, 1.0)], [f64::MAX, f64::MAX]); 2];
        assert!(outlook(1, &many).table().is_err());
    }

    fn given() -> impl Strategy<Value = Given> {
        let window = (0.0..1e4, -10.0..1e4);
        let past = prop::collection::vec(window, 3);
        ((0..2i64, 0..4i64), past, (0.0..1e4, 0.0..1e4))
            .prop_map(|(cohort, past, (near, more))| (cohort, past, [near, near + more]))
    }

    proptest! {
        #[test]
        fn order_and_splits_do_not_matter(
            customers in prop::collection::vec(given(), 0..30),
            cut in 0..30usize,
        ) {
            let whole = outlook(3, &customers).table().unwrap();
            let cut = cut.min(customers.len());
            let mut merged = outlook(3, &customers[cut..]);
            merged.merge(&outlook(3, &customers[..cut])).unwrap();
            let merged = merged.table().unwrap();
            prop_assert_eq!(whole.len(), merged.len());
            for (whole, merged) in whole.iter().zip(&merged) {
                prop_assert_eq!((whole.cohort, whole.end), (merged.cohort, merged.end));
                prop_assert!((whole.expected - merged.expected).abs() <= 1e-9 * whole.expected);
                let ends = whole.interval.zip(merged.interval);
                let ((low, high), (other_low, other_high)) = ends.unwrap_or_default();
                prop_assert!((low - other_low).abs() <= 1e-7 * high);
                prop_assert!((high - other_high).abs() <= 1e-7 * high);
            }
        }

        #[test]
        fn an_interval_grows_with_the_days_and_never_ends_below_0(
            customers in prop::collection::vec(given(), 1..30),
        ) {
            for pair in outlook(3, &customers).table().unwrap().chunks(2) {
                prop_assert!(pair[0].expected <= pair[1].expected);
                for row in pair {
                    let (low, high) = row.interval.unwrap_or_default();
                    prop_assert!(0.0 <= low && low <= high);
                }
            }
        }
    }
}
