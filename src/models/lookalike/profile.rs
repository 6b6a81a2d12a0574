//! What is known about a customer.

use crate::models::basket::Basket;
use crate::models::intent::features::{Features, Reading};
use crate::models::intent::weights::{Term, Weights};
use crate::models::purchases::PurchaseHistory;

/// The figures of a [`Profile`], named like the columns of `audience.customers`.
pub const NAMES: [&str; FIGURES] = [
    "silence_days",
    "purchases",
    "revenue",
    "average_purchase_value",
    "tenure_days",
    "products",
];

/// How many figures there are.
pub const FIGURES: usize = 6;

/// The figures and the taste.
pub const FEATURES: usize = FIGURES + 1;

/// A customer on the last day of the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// As in [`NAMES`].
    pub figures: [f64; FIGURES],
    /// How much the products bought speak for each label, and whether the customer has it.
    pub intent: Features,
}

impl Profile {
    /// Reads a customer; `None` without an order by then. `seen` is called with every term of
    /// the taste and its share in it.
    pub fn new(
        history: &PurchaseHistory,
        basket: Basket,
        weights: &Weights<'_>,
        reading: &Reading,
        seen: impl FnMut(u32, Term, f64),
    ) -> Option<Self> {
        let intent = reading.features(basket, weights, seen)?;
        let since = |day: i32| f64::from(weights.until) - f64::from(day);
        let revenue = history.revenue.unwrap_or(0.0);
        let purchases = f64::from(history.purchases);
        Some(Self {
            figures: [
                since(history.last_day),
                purchases,
                revenue,
                revenue / purchases,
                since(history.first_day),
                basket.products(weights.until).count() as f64,
            ],
            intent,
        })
    }
}

/// The features of the model: ln(1 + x), because it is ratios that matter; below 0, which
/// refunds can bring revenue to, its mirror image.
pub fn features(figures: &[f64; FIGURES], taste: f64) -> [f64; FEATURES] {
    std::array::from_fn(|index| {
        let value = figures.get(index).copied().unwrap_or(taste);
        value.signum() * value.abs().ln_1p()
    })
}
