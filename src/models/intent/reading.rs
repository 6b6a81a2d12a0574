//! How baskets are read: what a purchase still counts on a later day.

use super::basket::Basket;
use super::decay::Decay;
use crate::error::Result;
use crate::models::numerics::checks::within;

/// The longest horizon, in days.
const LONGEST_HORIZON: i32 = 3_650;

/// A horizon that is neither nothing nor beyond ten years.
///
/// # Errors
///
/// When it is.
pub fn checked_horizon(days: i32) -> Result<i32> {
    within("horizon_days", days, 1..=LONGEST_HORIZON)
}

/// Reads baskets with one horizon.
#[derive(Clone, Debug)]
pub struct Reading {
    pub(super) horizon: Decay,
    pub(super) taste: Decay,
}

impl Reading {
    /// Activity counts half after one horizon; taste fades half as fast.
    pub fn new(horizon_days: i32) -> Self {
        let horizon = f64::from(horizon_days);
        Self {
            horizon: Decay::new(horizon),
            taste: Decay::new(2.0 * horizon),
        }
    }

    /// What all orders of a customer count on a day, decayed.
    pub fn activity(&self, basket: Basket, now: i32) -> f64 {
        let orders = basket.days(now).map(|day| self.horizon.of(day, now));
        orders.sum()
    }

    /// What all products count of which these are the last days.
    pub fn breadth(&self, products: &[(u32, i32)], now: i32) -> f64 {
        let decays = products.iter().map(|&(_, last)| self.taste.of(last, now));
        decays.sum()
    }
}
