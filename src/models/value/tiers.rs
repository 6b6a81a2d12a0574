//! The importance tier: how much the shop depends on a customer.

use crate::error::Result;
use crate::models::numerics::median::median;
use crate::models::numerics::memory::{append, push};
use crate::models::numerics::sum::Sum;
use crate::models::prediction::model::PurchaseModel;
use crate::models::purchases::purchases::PurchaseHistory;

/// How important a customer is, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum ImportanceTier {
    /// Bought on one day only.
    OneTimeBuyer,
    /// Came back.
    Loyal,
    /// Came back at least twice, and at least as often as is typical.
    FrequentBuyer,
    /// Among the few who hold a fifth of the shop's value.
    Vip,
}

impl ImportanceTier {
    /// In the order of the variants.
    pub const LABELS: [&str; 4] = ["One-Time Buyer", "Loyal", "Frequent Buyer", "VIP"];
}

/// The share of all customer value that the VIPs hold together.
const VIP_VALUE_SHARE: f64 = 0.2;

/// The smallest share of the customers that the VIPs may be.
const VIP_CUSTOMER_SHARE: f64 = 0.01;

/// For how many of the median repeat customer one counts at most when the value of all is
/// added up, so that a single account, or a mistyped amount, does not decide who else is a
/// VIP. If 1 % of the customers held a fifth of the value, each would count for 20 on average.
const MOST_MEDIANS: f64 = VIP_VALUE_SHARE / VIP_CUSTOMER_SHARE;

/// The expected value of one more purchase, in which the customer's own mean is
/// shrunk towards the shop's by the weight of one purchase. Without the
/// customer's revenue it is the shop's, without the shop's it is the
/// customer's own; `None` without either.
///
/// # Formula
///
/// max(0, (revenue + μ) / (n + 1)), n purchases, μ the median of the customers' means.
/// A mean over all purchases would be that of the few who buy most, and one of them
/// could set it alone.
pub fn order_value(history: &PurchaseHistory, model: &PurchaseModel) -> Option<f64> {
    let purchases = f64::from(history.purchases.max(1));
    let value = match (history.revenue, model.order_value) {
        (Some(revenue), Some(typical)) => (revenue + typical) / (purchases + 1.0),
        (Some(revenue), None) => revenue / purchases,
        (None, typical) => typical?,
    };
    Some(value.max(0.0))
}

/// Expected purchases times [`order_value`].
pub fn expected_revenue(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    expected_purchases: f64,
) -> Option<f64> {
    order_value(history, model).map(|value| value * expected_purchases)
}

/// The customer value: what the customer has spent plus what they are expected to spend.
///
/// # Formula
///
/// max(0, revenue) + expected revenue.
pub fn customer_value(
    history: &PurchaseHistory,
    model: &PurchaseModel,
    expected_purchases: f64,
) -> Option<f64> {
    let so_far = history.revenue.unwrap_or(0.0).max(0.0);
    expected_revenue(history, model, expected_purchases).map(|revenue| so_far + revenue)
}

/// The tier of a customer with `x` repeat purchases.
///
/// `vip_value` is [`ValueBounds::vip_value`]. Frequent buyers have x ≥ 2 and a
/// usual gap no longer than the typical one.
pub fn tier(
    x: u32,
    usual_gap: f64,
    typical_gap: f64,
    customer_value: f64,
    vip_value: Option<f64>,
) -> ImportanceTier {
    if x == 0 {
        ImportanceTier::OneTimeBuyer
    } else if vip_value.is_some_and(|least| customer_value >= least) {
        ImportanceTier::Vip
    } else if x >= 2 && usual_gap <= typical_gap {
        ImportanceTier::FrequentBuyer
    } else {
        ImportanceTier::Loyal
    }
}

/// The boundaries of the tiers, from the values of all customers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ValueBounds {
    /// How many customers there are.
    pub customers: i64,
    /// The sum of their values.
    pub total_value: f64,
    /// The smallest value of a VIP; `None` if nobody is one.
    pub vip_value: Option<f64>,
}

/// Collects the customers' values in any order and any number of parts.
#[derive(Debug, Default)]
pub struct VipThreshold {
    /// Values of repeat customers; only they can be VIPs.
    repeaters: Vec<f64>,
    /// Values of the others.
    others: Vec<f64>,
    total: Sum,
}

impl VipThreshold {
    /// Adds one customer. A value that is not finite counts as zero.
    ///
    /// # Errors
    ///
    /// When there is no memory for the value.
    pub fn add(&mut self, repeat: bool, customer_value: f64) -> Result<()> {
        let value = if customer_value.is_finite() {
            customer_value
        } else {
            0.0
        };
        if repeat {
            push(&mut self.repeaters, value)?;
        } else {
            push(&mut self.others, value)?;
        }
        self.total.add(value);
        Ok(())
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        append(&mut self.repeaters, &other.repeaters)?;
        append(&mut self.others, &other.others)?;
        self.total.merge(&other.total);
        Ok(())
    }

    /// The threshold; `None` without customers.
    ///
    /// VIPs are the smallest set of repeat customers, by value, that holds
    /// [`VIP_VALUE_SHARE`] of all value and at least 1 % of the customers, but
    /// only those above the repeat customers' median: identical customers have
    /// no VIPs. In the sums nobody counts for more than [`MOST_MEDIANS`] of it.
    pub fn finish(&mut self) -> Option<ValueBounds> {
        let customers = self.repeaters.len() + self.others.len();
        (customers > 0).then(|| ValueBounds {
            customers: customers as i64,
            total_value: self.total.value(),
            vip_value: self.vip_value(customers as f64),
        })
    }

    fn vip_value(&mut self, customers: f64) -> Option<f64> {
        let median = median(&mut self.repeaters)?;
        let counted = |value: f64| value.min(MOST_MEDIANS * median);
        let mut total = Sum::default();
        for &value in self.repeaters.iter().chain(&self.others) {
            total.add(counted(value));
        }
        let value_needed = VIP_VALUE_SHARE * total.value();
        let customers_needed = VIP_CUSTOMER_SHARE * customers;

        self.repeaters.sort_unstable_by(|l, r| r.total_cmp(l));
        let mut held = Sum::default();
        let mut least = None;
        for (taken, &value) in self.repeaters.iter().enumerate() {
            let enough = held.value() >= value_needed && taken as f64 >= customers_needed;
            if enough || value <= median {
                break;
            }
            held.add(counted(value));
            least = Some(value);
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threshold(repeaters: &[f64], others: &[f64]) -> VipThreshold {
        let mut state = VipThreshold::default();
        for (values, repeat) in [(repeaters, true), (others, false)] {
            values
                .iter()
                .for_each(|&value| state.add(repeat, value).expect("room"));
        }
        state
    }

    fn vip_value(repeaters: &[f64], others: &[f64]) -> Option<f64> {
        threshold(repeaters, others)
            .finish()
            .and_then(|importance| importance.vip_value)
    }

    #[test]
    fn the_fewest_that_hold_a_fifth_are_vips() {
        assert_eq!(vip_value(&[50.0, 40.0, 10.0, 10.0], &[340.0]), Some(40.0));
        assert_eq!(vip_value(&[90.0, 40.0, 10.0, 10.0], &[300.0]), Some(90.0));
    }

    #[test]
    fn one_percent_of_the_customers_are_vips_at_least() {
        // The first holds 20 of 95.9, but two of 150 are needed.
        let repeaters = [vec![20.0, 1.5, 1.4], vec![1.0; 73], vec![0.0; 74]].concat();
        assert_eq!(vip_value(&repeaters, &[]), Some(1.5));
    }

    #[test]
    fn one_account_does_not_decide_who_else_is_a_vip() {
        let repeaters: Vec<f64> = (1..=500).map(f64::from).collect();
        let others = [50.0; 300];
        let vips = |repeaters: &[f64], others: &[f64]| {
            let least = vip_value(repeaters, others).expect("some VIPs");
            repeaters.iter().filter(|&&value| value >= least).count()
        };
        assert_eq!(vips(&repeaters, &others), 60);
        let with_account = [repeaters.as_slice(), &[1e9]].concat();
        assert_eq!(vips(&with_account, &others), 52);
        // A mistyped amount of somebody who bought once.
        let with_mistake = [others.as_slice(), &[1e9]].concat();
        assert_eq!(vips(&repeaters, &with_mistake), 62);
    }

    #[test]
    fn identical_customers_have_no_vips() {
        assert_eq!(vip_value(&[7.0; 100], &[]), None);
        assert_eq!(vip_value(&[0.1; 3], &[]), None);
        assert_eq!(vip_value(&[], &[1.0, 2.0]), None);
        assert_eq!(vip_value(&[0.0; 5], &[0.0]), None);
        assert_eq!(VipThreshold::default().finish(), None);
    }

    #[test]
    fn neither_order_nor_split_matters() {
        let values: Vec<f64> = (0..5_000u32)
            .map(|i| f64::from(i * 7_919 % 5_003) / 7.0)
            .collect();
        let expected = threshold(&values, &[3.3; 700]).finish();
        let mut merged = threshold(&values[2_000..], &[3.3; 100]);
        merged
            .merge(&threshold(&values[..2_000], &[3.3; 600]))
            .expect("room");
        assert_eq!(merged.finish(), expected);
        assert_eq!(merged.finish(), expected);
    }

    #[test]
    fn tiers_by_rhythm_and_value() {
        use ImportanceTier::*;
        assert_eq!(tier(0, 1.0, 60.0, 1e9, Some(5.0)), OneTimeBuyer);
        assert_eq!(tier(1, 10.0, 60.0, 5.0, Some(5.0)), Vip);
        assert_eq!(tier(1, 10.0, 60.0, 4.0, Some(5.0)), Loyal);
        assert_eq!(tier(2, 60.0, 60.0, 9.0, None), FrequentBuyer);
        assert_eq!(tier(9, 61.0, 60.0, 9.0, None), Loyal);
    }

    #[test]
    fn order_values_fall_back_on_what_is_known() {
        let days = PurchaseHistory::from_days([0, 9].into_iter(), 9)
            .expect("room")
            .expect("days");
        let history = |revenue| PurchaseHistory { revenue, ..days };
        let model = |order_value| PurchaseModel {
            order_value,
            ..PurchaseModel::PRIOR
        };
        let value = |revenue, mean| order_value(&history(revenue), &model(mean));
        assert_eq!(value(Some(100.0), Some(20.0)), Some(40.0));
        assert_eq!(value(Some(100.0), None), Some(50.0));
        assert_eq!(value(None, Some(20.0)), Some(20.0));
        assert_eq!(value(None, None), None);
        assert_eq!(value(Some(-500.0), Some(20.0)), Some(0.0));
        assert_eq!(
            customer_value(&history(Some(-500.0)), &model(None), 3.0),
            Some(0.0)
        );
        assert_eq!(
            customer_value(&history(Some(100.0)), &model(None), 2.0),
            Some(200.0)
        );
    }
}
