//! MBG/NBD and BG/NBD: the probability that a customer is still a customer, and their expected
//! purchases.
//!
//! Purchases come at a rate λ ~ Gamma(r, α) per customer; at each dropout
//! opportunity the customer leaves for good with probability p ~ Beta(a, b).
//! Batislam, Denizel & Filiztekin (2007) and Hoppe & Wagner (2007) for
//! MBG/NBD, Fader, Hardie & Lee (2005) for BG/NBD.

use crate::error::{Error, Result};

/// The population's parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Shape of the purchase rate's Gamma distribution.
    pub r: f64,
    /// Rate of the purchase rate's Gamma distribution, in days (or whatever
    /// unit of time the caller uses).
    pub alpha: f64,
    /// First parameter of the dropout probability's Beta distribution.
    pub a: f64,
    /// Second parameter of the dropout probability's Beta distribution.
    pub b: f64,
}

impl Parameters {
    /// The largest parameter accepted, and the inverse of the smallest. Gamma
    /// and Beta distributions are numerically a point mass long before, and
    /// the bound keeps every power and quotient finite. Above it lies no gap
    /// between two dates that DuckDB knows.
    pub const LIMIT: f64 = 1e10;

    /// Checked parameters.
    ///
    /// # Errors
    ///
    /// When one of them is not within `1 / LIMIT ..= LIMIT`.
    pub fn new(r: f64, alpha: f64, a: f64, b: f64) -> Result<Self> {
        for (name, value) in [("r", r), ("alpha", alpha), ("a", a), ("b", b)] {
            if !(1.0 / Self::LIMIT..=Self::LIMIT).contains(&value) {
                return Err(Error::argument(
                    "model",
                    format!("needs {name} between 1e-10 and 1e10, got {value}"),
                ));
            }
        }
        Ok(Self { r, alpha, a, b })
    }

    /// P₀, the chance that a brand-new customer returns within `days`.
    ///
    /// # Formula
    ///
    /// b/(a+b) · \[1 − (α/(α+days))^r\], MBG/NBD at x = t = u = 0.
    pub fn new_customer_return_probability(&self, days: f64) -> f64 {
        self.b / (self.a + self.b) * purchase_within(self.r, self.alpha, days)
    }
}

/// When a customer may drop out; the only difference between the two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropout {
    /// After every purchase, the first included: MBG/NBD.
    AfterEveryPurchase,
    /// After repeat purchases only: BG/NBD, where one-time buyers never leave.
    AfterRepeatPurchases,
}

impl Dropout {
    /// Opportunities *k* that a customer with `x` repeat purchases has had.
    pub fn opportunities(self, x: u32) -> u64 {
        match self {
            Self::AfterEveryPurchase => u64::from(x) + 1,
            Self::AfterRepeatPurchases => u64::from(x),
        }
    }
}

/// One customer under the model.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    /// r + x, the shape of this customer's rate given the purchases.
    shape: f64,
    /// α + T, its rate if the customer is still there.
    rate: f64,
    /// a and b + k of the dropout probability given survival of *k*
    /// opportunities.
    a: f64,
    b: f64,
    survival: f64,
    alive: f64,
}

impl Customer {
    /// A customer with `x` repeat purchases over `t`, silent for `u` since;
    /// `t` and `u` are not negative.
    pub fn new(parameters: &Parameters, dropout: Dropout, x: u32, t: f64, u: f64) -> Self {
        let Parameters { r, alpha, a, b } = *parameters;
        let opportunities = dropout.opportunities(x) as f64;
        let shape = r + f64::from(x);
        // ln_1p keeps the small differences that a large x multiplies.
        let survival = (-shape * (u / (alpha + t)).ln_1p()).exp();
        let alive = if opportunities > 0.0 {
            1.0 / (1.0 + a / (b + opportunities - 1.0) / survival)
        } else {
            1.0
        };
        Self {
            shape,
            rate: alpha + t + u,
            a,
            b: b + opportunities,
            survival,
            alive,
        }
    }

    /// The survival of the silence: the chance of no purchase for so long if the customer is still
    /// one.
    ///
    /// # Formula
    ///
    /// S(u) = ((α+t)/(α+T))^(r+x).
    pub fn silence_survival(&self) -> f64 {
        self.survival
    }

    /// The chance that the customer is still a customer.
    ///
    /// # Formula
    ///
    /// 1 / (1 + \[a/(b+k−1)\] / S(u)), k the dropout opportunities had:
    /// Hoppe & Wagner (2007) for k = x + 1, Fader, Hardie & Lee (2008) for
    /// k = x.
    pub fn alive_probability(&self) -> f64 {
        self.alive
    }

    /// Purchases to expect per day, from now.
    ///
    /// # Formula
    ///
    /// P(alive) · (r+x)/(α+T).
    pub fn purchase_rate(&self) -> f64 {
        self.alive * self.shape / self.rate
    }

    /// The chance of at least one purchase within the next `days`.
    ///
    /// # Formula
    ///
    /// P(alive) · \[1 − ((α+T)/(α+T+days))^(r+x)\].
    pub fn return_probability(&self, days: f64) -> f64 {
        self.alive * self.purchase_within(days)
    }

    /// The chance of at least one purchase within the next `days` if the customer is still one.
    ///
    /// # Formula
    ///
    /// 1 − ((α+T)/(α+T+days))^(r+x).
    pub fn purchase_within(&self, days: f64) -> f64 {
        purchase_within(self.shape, self.rate, days)
    }

    /// The median days until the next purchase, given that one comes within `within` days; at most
    /// `within`.
    ///
    /// # Formula
    ///
    /// (α+T)\[((1+G)/2)^(−1/(r+x)) − 1\], G = ((α+T)/(α+T+within))^(r+x).
    pub fn next_return_days(&self, within: f64) -> f64 {
        self.next_return_days_by(within, self.purchase_within(within))
    }

    /// The same where the chance of a [purchase within](Customer::purchase_within) these days is
    /// known already.
    pub fn next_return_days_by(&self, within: f64, purchase_within: f64) -> f64 {
        let none = 1.0 - purchase_within;
        let days = self.rate * (-((1.0 + none) / 2.0).ln() / self.shape).exp_m1();
        days.min(within)
    }

    /// Expected purchases within the next `days`, counting at most
    /// [`MOST_PURCHASES`] of them.
    ///
    /// # Formula
    ///
    /// P(alive) Σ_{n≥0} sₙ P(M ≥ n+1) with M ~ NegBin(r+x, days/(α+T+days)),
    /// the purchases of a customer who never leaves, and sₙ = Π_{i<n}
    /// (b+k+i)/(a+b+k+i), the chance of not leaving at the first n of them.
    /// Equal to the Gaussian hypergeometric form of Batislam, Denizel &
    /// Filiztekin (2007), but free of cancellation.
    pub fn expected_purchases(&self, days: f64) -> f64 {
        let mut expected = 0.0;
        self.each_tail(days, |tail| {
            expected += tail;
            true
        });
        self.alive * expected
    }

    /// Calls `then` with the chance of at least one purchase within the next `days` if the customer
    /// is still one, of at least two, and so on, as long as it says so and they count.
    ///
    /// # Formula
    ///
    /// sₙ P(M ≥ n+1), as in [`Customer::expected_purchases`].
    pub fn each_tail(&self, days: f64, mut then: impl FnMut(f64) -> bool) {
        if days <= 0.0 {
            return;
        }
        let odds = days / self.rate;
        let q = days / (self.rate + days);
        let mean = self.shape * odds;
        let mut log_mass = -self.shape * odds.ln_1p();
        let mut mass = log_mass.exp();
        let mut tail = 1.0 - mass;
        let mut staying = 1.0;
        for n in 0..MOST_PURCHASES {
            let n = f64::from(n);
            let term = staying * tail;
            if !then(term) || term < SMALLEST_TERM && n > mean {
                break;
            }
            // Grouped so that the divisions do not wait for each other.
            staying *= (self.b + n) / (self.a + self.b + n);
            let growth = q * (self.shape + n) / (n + 1.0);
            if log_mass < LOG_UNDERFLOW {
                log_mass += growth.ln();
                mass = log_mass.exp();
            } else {
                mass *= growth;
            }
            tail = (tail - mass).max(0.0);
        }
    }
}

/// The most purchases that [`Customer::expected_purchases`] counts, which
/// bounds its work: one purchase a day for 27 years.
pub const MOST_PURCHASES: u32 = 10_000;

const SMALLEST_TERM: f64 = 1e-7;

/// Below this logarithm a probability is carried as its logarithm: a mass that
/// starts at zero would stay there.
const LOG_UNDERFLOW: f64 = -690.0;

/// 1 − (rate/(rate+days))^shape, without cancellation for small results.
fn purchase_within(shape: f64, rate: f64, days: f64) -> f64 {
    -(-shape * (days / rate).ln_1p()).exp_m1()
}

#[cfg(test)]
#[path = "mbg_nbd_tests.rs"]
mod tests;
