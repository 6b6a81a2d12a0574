//! The uplift of a campaign: those who were treated compared with those who were held out.

use crate::error::{Error, Result};
use crate::models::numerics::student_t::{NORMAL_975, t_975};
use crate::models::numerics::sum::Sum;

/// The 80 % point of the standard normal distribution.
const NORMAL_80: f64 = 0.841_621_233_572_914_2;

/// Revenue beyond this is a mistake, and its square would overflow.
const LARGEST_REVENUE: f64 = 1e100;

/// So many average buyers of both groups go into each group's unit of revenue. Enough that a small
/// group's unit is nearly that of both, few enough that a large one's is its own.
/// `benches/peers/coverage.py` measures the interval.
const PSEUDO_BUYERS: f64 = 200.0;

/// Above it, the standard deviation of a group's revenue is below its mean, so it is not that of a
/// few buyers.
const LARGEST_SHARE: f64 = 0.5;

/// Net revenue in gross revenue, sales plus refunds. Below it, refunds are more than a third of
/// sales, and the unit says nothing about the size of an order.
const SMALLEST_NET: f64 = 0.5;

/// Collects customers in any order and any number of parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uplift {
    treated: Arm,
    held_out: Arm,
}

#[derive(Clone, Copy, Debug, Default)]
struct Arm {
    customers: u64,
    converted: u64,
    /// Customers with revenue.
    buyers: u64,
    revenue: Sum,
    /// Σ|x|.
    gross: Sum,
    revenue_squared: Sum,
}

/// A metric in both groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Customers treated.
    pub treated: u64,
    /// Customers held out.
    pub held_out: u64,
    /// The mean of those treated; `None` where nobody was.
    pub treated_mean: Option<f64>,
    /// The mean of those held out; `None` where nobody was.
    pub held_out_mean: Option<f64>,
    /// The interval of 95 % for the difference of the means; `None` where the groups are too
    /// small for one.
    pub interval: Option<(f64, f64)>,
    /// Customers that each group needs, so that a test at 5 %, two-sided, finds a difference
    /// like this one with a probability of 80 %; `None` where there is none.
    pub needed_per_group: Option<i64>,
}

impl Comparison {
    /// How much larger the mean of those treated is.
    pub fn uplift(&self) -> Option<f64> {
        Some(self.treated_mean? - self.held_out_mean?)
    }
}

impl Uplift {
    /// Adds a customer.
    ///
    /// # Errors
    ///
    /// When the revenue is infinite, NaN or beyond 1e100.
    pub fn add(&mut self, held_out: bool, converted: bool, revenue: f64) -> Result<()> {
        if revenue.is_nan() || revenue.abs() > LARGEST_REVENUE {
            return Err(Error::argument(
                "revenue",
                format!("must be a number from -1e100 to 1e100, got {revenue}"),
            ));
        }
        let group = if held_out {
            &mut self.held_out
        } else {
            &mut self.treated
        };
        group.customers += 1;
        group.converted += u64::from(converted);
        group.buyers += u64::from(revenue != 0.0);
        group.revenue.add(revenue);
        group.gross.add(revenue.abs());
        add_product(&mut group.revenue_squared, revenue, revenue);
        Ok(())
    }

    /// Adds everybody in `other`.
    pub fn merge(&mut self, other: &Self) {
        self.treated.merge(&other.treated);
        self.held_out.merge(&other.held_out);
    }

    /// Whether nobody was added.
    pub fn is_empty(&self) -> bool {
        self.treated.customers == 0 && self.held_out.customers == 0
    }

    /// The shares that converted.
    pub fn conversion_rate(&self) -> Comparison {
        let (treated, held_out) = (&self.treated, &self.held_out);
        Comparison {
            treated: treated.customers,
            held_out: held_out.customers,
            treated_mean: treated.rate(),
            held_out_mean: held_out.rate(),
            interval: newcombe(treated.share(), held_out.share()),
            needed_per_group: (treated.rate().zip(held_out.rate()))
                .and_then(|(a, b)| needed_for_rates(a, b)),
        }
    }

    /// The means of revenue over all customers, also those without any.
    pub fn revenue_per_customer(&self) -> Comparison {
        let (treated, held_out) = (&self.treated, &self.held_out);
        let moments = treated.moments().zip(held_out.moments());
        Comparison {
            treated: treated.customers,
            held_out: held_out.customers,
            treated_mean: treated.mean(),
            held_out_mean: held_out.mean(),
            interval: moments.and_then(|(a, b)| revenue_interval(a, b)),
            needed_per_group: moments.and_then(|(a, b)| needed_for_means(a, b)),
        }
    }
}

impl Arm {
    fn merge(&mut self, other: &Self) {
        self.customers += other.customers;
        self.converted += other.converted;
        self.buyers += other.buyers;
        self.revenue.merge(&other.revenue);
        self.gross.merge(&other.gross);
        self.revenue_squared.merge(&other.revenue_squared);
    }

    fn rate(&self) -> Option<f64> {
        (self.customers > 0).then(|| self.converted as f64 / self.customers as f64)
    }

    fn share(&self) -> Share {
        Share {
            converted: self.converted as f64,
            observed: self.customers as f64,
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.customers > 0).then(|| self.revenue.value() / self.customers as f64)
    }

    /// `None` for fewer than two customers, which have no variance.
    fn moments(&self) -> Option<Moments> {
        Some(Moments {
            customers: self.customers as f64,
            buyers: self.buyers as f64,
            total: self.revenue.value(),
            gross: self.gross.value(),
            squares: self.revenue_squared.value(),
            mean: self.mean()?,
            variance: (self.customers > 1).then(|| self.variance())?,
        })
    }

    /// # Formula
    ///
    /// Σ(x − x̄)² / (n − 1) with Σ(x − m)² = Σx² − m·Σx − m·(Σx − n·m) for the rounded mean m,
    /// less n·(x̄ − m)². The sums have about 106 bits and the products are not rounded, so the
    /// difference is good to all digits of an `f64` while the mean is less than 1e6
    /// standard deviations. Sums merge in any order; Welford's running variance does not.
    fn variance(&self) -> f64 {
        let n = self.customers as f64;
        let total = self.revenue.value();
        let mean = total / n;
        // What rounding took from the total, and from n times the mean.
        let mut rounding = self.revenue;
        rounding.add(-total);
        let mut rest = self.revenue;
        add_product(&mut rest, -mean, n);
        let rest = rest.value();

        let mut squares = self.revenue_squared;
        for factor in [total, rounding.value(), rest] {
            add_product(&mut squares, -mean, factor);
        }
        (squares.value() - rest * rest / n).max(0.0) / (n - 1.0)
    }
}

/// Adds a·b without rounding it.
fn add_product(sum: &mut Sum, a: f64, b: f64) {
    let product = a * b;
    sum.add(product);
    sum.add(a.mul_add(b, -product));
}

#[derive(Clone, Copy, Debug)]
struct Moments {
    customers: f64,
    buyers: f64,
    total: f64,
    gross: f64,
    squares: f64,
    mean: f64,
    variance: f64,
}

/// How many converted, of how many independent observations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Those that converted.
    pub converted: f64,
    /// All.
    pub observed: f64,
}

/// The interval of 95 % for the difference of two shares; `None` where one has no observation.
///
/// # Formula
///
/// With the rates p and Wilson's limits l and u of each:
///
/// p₁ − p₂ − √((p₁ − l₁)² + (u₂ − p₂)²) to p₁ − p₂ + √((u₁ − p₁)² + (p₂ − l₂)²)
///
/// Newcombe (1998), *Statistics in Medicine* 17, 873–890, method 10, without continuity
/// correction. It stays within −1 to 1 and has a width also where nobody converted.
pub fn newcombe(first: Share, second: Share) -> Option<(f64, f64)> {
    newcombe_in_units((first, 1.0), (second, 1.0))
}

/// [`newcombe`] for shares that count in units, so that p, l and u are multiplied by them.
fn newcombe_in_units(first: (Share, f64), second: (Share, f64)) -> Option<(f64, f64)> {
    let limits = |(share, unit)| wilson(share).map(|(p, l, u)| (p * unit, l * unit, u * unit));
    let (p1, l1, u1) = limits(first)?;
    let (p2, l2, u2) = limits(second)?;
    let difference = p1 - p2;
    // Not f64::hypot, which is a newer symbol of glibc than all others that the extension needs.
    // What it adds is for numbers whose squares overflow or vanish, and a limit's distance is
    // neither.
    let length = |a: f64, b: f64| (a * a + b * b).sqrt();
    Some((
        difference - length(p1 - l1, u2 - p2),
        difference + length(u1 - p1, p2 - l2),
    ))
}

/// A share and its limits of 95 %.
///
/// # Formula
///
/// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Wilson (1927), *Journal of the American
/// Statistical Association* 22, 209–212.
fn wilson(share: Share) -> Option<(f64, f64, f64)> {
    let n = share.observed;
    if n <= 0.0 {
        return None;
    }
    let p = share.converted / n;
    let z = NORMAL_975;
    let middle = p + z * z / (2.0 * n);
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z * z / n;
    // Rounding must not leave 0 to 1, nor the share outside.
    let low = ((middle - half) / scale).clamp(0.0, p);
    let high = ((middle + half) / scale).clamp(p, 1.0);
    Some((p, low, high))
}

/// The interval of 95 % for the difference of mean revenue; `None` where neither group varies.
///
/// A small group without its few large buyers has too low a mean and too small a variance at once,
/// so that Welch's interval misses the truth on that side. Its variance is better known from the
/// buyers of both groups and the group's own mean.
///
/// # Formula
///
/// [`newcombe`] for the shares x̄/u, in units of u = (Σx² + κ·Q) / (Σx + κ·M), in which Q and M are
/// the mean x² and the mean x of the buyers of both groups and κ = 200. Where all buyers spend u,
/// it is Newcombe's interval of the share of buyers, times u. Elsewhere u·x̄ − x̄² is the variance
/// Σx²/n − x̄² with the group's own u = Σx²/Σx, which is what u tends to.
///
/// That a sum of unequal parts counts as one of equal parts with the same mean and variance, Σx²/Σx
/// each, is by Dobson, Kuulasmaa, Eberle & Scherer (1991), *Statistics in Medicine* 10, 457–462,
/// and Fay & Feuer (1997), 16, 791–801. That Newcombe's way of subtracting holds for other
/// intervals than those of shares is by Zou & Donner (2008), 27, 1693–1702. κ is this project's.
///
/// Where [`in_units`] finds no share, the interval is [`welch`]'s.
fn revenue_interval(first: Moments, second: Moments) -> Option<(f64, f64)> {
    let shares = in_units(first, second).zip(in_units(second, first));
    shares.map_or_else(|| welch(first, second), |(a, b)| newcombe_in_units(a, b))
}

/// The revenue of a group as a share and its unit, of which the buyers of the other group tell too.
/// `None` where it is not that of a few buyers among many customers.
fn in_units(group: Moments, other: Moments) -> Option<(Share, f64)> {
    // Without a buyer everything is NaN, which no comparison holds for.
    let weight = PSEUDO_BUYERS / (group.buyers + other.buyers);
    let with_both = |mine: f64, others: f64| mine + weight * (mine + others);
    let net = with_both(group.total, other.total);
    let gross = with_both(group.gross, other.gross);
    let unit = with_both(group.squares, other.squares) / net;
    let share = Share {
        converted: group.total / unit,
        observed: group.customers,
    };
    let is_of_few = net >= SMALLEST_NET * gross
        && (0.0..=LARGEST_SHARE).contains(&(share.converted / share.observed));
    is_of_few.then_some((share, unit))
}

/// The interval of 95 % for the difference of two means; `None` where neither group varies.
///
/// # Formula
///
/// x̄₁ − x̄₂ ± t·√(v₁ + v₂) with v = s²/n and Student's t at ν = (v₁ + v₂)² / (v₁²/(n₁−1) +
/// v₂²/(n₂−1)) degrees of freedom. Welch (1947), *Biometrika* 34, 28–35; Satterthwaite (1946),
/// *Biometrics Bulletin* 2, 110–114.
fn welch(first: Moments, second: Moments) -> Option<(f64, f64)> {
    let (v1, v2) = (
        first.variance / first.customers,
        second.variance / second.customers,
    );
    let v = v1 + v2;
    if v <= 0.0 {
        return None;
    }
    let (share1, share2) = (v1 / v, v2 / v);
    let freedom = 1.0
        / (share1 * share1 / (first.customers - 1.0) + share2 * share2 / (second.customers - 1.0));
    let difference = first.mean - second.mean;
    let half = t_975(freedom) * v.sqrt();
    Some((difference - half, difference + half))
}

/// # Formula
///
/// n = (z₀.₉₇₅·√(2p̄(1−p̄)) + z₀.₈·√(p₁(1−p₁) + p₂(1−p₂)))² / (p₁ − p₂)², p̄ the mean of the two
/// rates. Fleiss, Levin & Paik (2003), *Statistical Methods for Rates and Proportions*, 3rd ed.,
/// equation 4.14, without continuity correction.
fn needed_for_rates(p1: f64, p2: f64) -> Option<i64> {
    let pooled = 0.5 * (p1 + p2);
    let null = NORMAL_975 * (2.0 * pooled * (1.0 - pooled)).sqrt();
    let alternative = NORMAL_80 * (p1 * (1.0 - p1) + p2 * (1.0 - p2)).sqrt();
    customers_needed((null + alternative) / (p1 - p2), 0.0)
}

/// # Formula
///
/// n = (z₀.₉₇₅ + z₀.₈)²·(s₁² + s₂²) / (x̄₁ − x̄₂)² + z₀.₉₇₅²/4. The last term is what the *t* test
/// needs beyond the normal one. Guenther (1981), *The American Statistician* 35, 243–244.
fn needed_for_means(first: Moments, second: Moments) -> Option<i64> {
    let spread = (first.variance + second.variance).sqrt();
    if spread <= 0.0 {
        return None;
    }
    let root = (NORMAL_975 + NORMAL_80) * spread / (first.mean - second.mean);
    customers_needed(root, NORMAL_975 * NORMAL_975 / 4.0)
}

/// root² + more, rounded up, at least two; `None` where there is no difference to find, or
/// one that takes more customers than can be counted exactly.
fn customers_needed(root: f64, more: f64) -> Option<i64> {
    const COUNTABLE: f64 = (1_u64 << 53) as f64;
    let customers = (root * root + more).ceil();
    // Not for NaN either, which 0/0 is where everybody did the same.
    (customers < COUNTABLE).then_some((customers as i64).max(2))
}

#[cfg(test)]
#[path = "uplift_tests.rs"]
mod tests;
