//! The importance tier: how much the shop depends on a customer.

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
    let (_, so_far) = spent(history);
    expected_revenue(history, model, expected_purchases).map(|revenue| so_far + revenue)
}

/// The purchases that tell what the customer spends, and what they came to, if more than came back:
/// none without a known amount.
pub fn spent(history: &PurchaseHistory) -> (f64, f64) {
    history.revenue.map_or((0.0, 0.0), |revenue| {
        (f64::from(history.purchases), revenue.max(0.0))
    })
}

/// The tier of a customer with `x` repeat purchases.
///
/// `vip_value` is [`ValueBounds::vip_value`](super::vips::ValueBounds::vip_value). Frequent buyers have x ≥ 2 and a
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

#[cfg(test)]
mod tests {
    use super::*;

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
