//! The members of each audience: their revenue, expected revenue, value and stages, added up.

use super::audience_sets::audiences;
use crate::error::Result;
use crate::models::numerics::memory::lengthen;
use crate::models::numerics::sum::Sum;

/// Sets also come from definitions, which are numbered up to here.
const MOST_DEFINITIONS: usize = 1 + u16::MAX as usize;

/// What is known of a customer beside the audiences.
#[derive(Clone, Copy, Debug)]
pub struct MemberFacts {
    /// Days with a purchase.
    pub purchases: Option<i64>,
    /// Revenue so far.
    pub revenue: Option<f64>,
    /// Revenue so far plus expected revenue.
    pub customer_value: Option<f64>,
    /// Expected revenue.
    pub expected_revenue: Option<f64>,
    /// Whether the customer is Lost; unknown without a stage.
    pub is_lost: Option<bool>,
    /// Whether the customer is Slipping Away; unknown without a stage.
    pub is_slipping: Option<bool>,
}

/// The sums over one audience.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Members.
    pub customers: i64,
    /// Their known revenue.
    pub revenue: Sum,
    /// Purchases of those whose revenue is known.
    pub purchases: i64,
    /// Their known value.
    pub customer_value: Sum,
    /// Those whose value is known.
    pub valued: i64,
    /// Their known expected revenue.
    pub expected_revenue: Sum,
    /// Those whose stage is known.
    pub staged: i64,
    /// The Lost of them.
    pub lost: i64,
    /// The Slipping Away of them.
    pub slipping: i64,
}

impl Totals {
    fn add(&mut self, customer: &MemberFacts) {
        let known = |amount: Option<f64>| amount.filter(|amount| amount.is_finite());
        self.customers += 1;
        if let Some(revenue) = known(customer.revenue) {
            self.revenue.add(revenue);
            self.purchases = (self.purchases).saturating_add(customer.purchases.unwrap_or(0));
        }
        if let Some(value) = known(customer.customer_value) {
            self.customer_value.add(value);
            self.valued += 1;
        }
        if let Some(expected) = known(customer.expected_revenue) {
            self.expected_revenue.add(expected);
        }
        self.staged += i64::from(customer.is_lost.is_some());
        self.lost += i64::from(customer.is_lost == Some(true));
        self.slipping += i64::from(customer.is_slipping == Some(true));
    }

    fn merge(&mut self, other: &Self) {
        self.customers += other.customers;
        self.revenue.merge(&other.revenue);
        self.purchases = self.purchases.saturating_add(other.purchases);
        self.customer_value.merge(&other.customer_value);
        self.valued += other.valued;
        self.expected_revenue.merge(&other.expected_revenue);
        self.staged += other.staged;
        self.lost += other.lost;
        self.slipping += other.slipping;
    }
}

/// Collects customers in any order and any number of parts, by the number of the audience.
#[derive(Debug, Default)]
pub struct AudienceTotals(Vec<Totals>);

impl AudienceTotals {
    /// Adds a customer to each audience of the set.
    ///
    /// # Errors
    ///
    /// When it is no set of numbers that definitions can have, or there is no memory for the
    /// audiences.
    pub fn add(&mut self, set: &[u8], customer: &MemberFacts) -> Result<()> {
        for audience in audiences(set, MOST_DEFINITIONS)? {
            lengthen(&mut self.0, audience + 1, Totals::default())?;
            self.0[audience].add(customer);
        }
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for the audiences.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        lengthen(&mut self.0, other.0.len(), Totals::default())?;
        for (into, from) in self.0.iter_mut().zip(&other.0) {
            into.merge(from);
        }
        Ok(())
    }

    /// The sums in the order of the audiences.
    #[must_use]
    pub fn totals(&self) -> &[Totals] {
        &self.0
    }
}
