//! The profile of a customer: four figures and the taste.

use crate::error::Result;
use crate::models::intent::basket::Basket;
use crate::models::intent::features::Features;
use crate::models::intent::features::features as intent_features;
use crate::models::intent::reading::Reading;
use crate::models::intent::weights::Weights;
use crate::models::numerics::bytes::sound;
use crate::models::purchases::purchases::PurchaseHistory;

/// The figures of a [`Profile`], named like the columns of `audience.customers`.
pub const NAMES: [&str; FIGURES] = ["silence_days", "purchases", "revenue", "tenure_days"];

/// How many figures there are.
pub const FIGURES: usize = 4;

/// The figures and the taste.
pub const FEATURES: usize = FIGURES + 1;

/// A customer on the last day of the weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// As in [`NAMES`].
    pub figures: [f64; FIGURES],
    /// The similarity for each label, and whether the customer has it.
    pub intent: Features,
    /// Whether the customer bought a product that only seeds did, and too many of them for
    /// chance.
    pub exclusive: bool,
}

impl Profile {
    /// Reads a customer; `None` without an order by then. `seen` is called as in
    /// [`features`](crate::models::intent::features::features).
    ///
    /// # Errors
    ///
    /// As there, and when the weights have no label that could be the seed.
    pub fn new(
        history: &PurchaseHistory,
        basket: Basket,
        weights: &Weights<'_>,
        reading: &Reading,
        mut seen: impl FnMut(u32, u32, usize, f64),
    ) -> Result<Option<Self>> {
        sound(weights.labels() > 0)?;
        let enough = too_many_for_chance(weights);
        let mut exclusive = false;
        let intent = intent_features(reading, basket, weights, |product, label, term, shares| {
            // Of a row of terms the first is that of the seed, which is the first label.
            if let Some(&share) = shares.first() {
                let both = weights.common_buyers.get(term).unwrap_or_default();
                let only_seeds = weights.product_buyers.get(product as usize) == Some(both);
                exclusive |= label == 0 && only_seeds && f64::from(both) >= enough;
                seen(product, label as u32, term, share);
            }
        })?;
        let Some(intent) = intent else {
            return Ok(None);
        };
        let since = |day: i32| f64::from(weights.until) - f64::from(day);
        Ok(Some(Self {
            figures: [
                since(history.last_day),
                f64::from(history.purchases),
                history.revenue.unwrap_or(0.0),
                since(history.first_day),
            ],
            intent,
            exclusive,
        }))
    }
}

/// How many buyers a product must have for it not to be chance that all are seeds.
///
/// # Formula
///
/// n such that pⁿ ≤ 0.01/J for the share p of seeds and J products: Bonferroni's correction.
fn too_many_for_chance(weights: &Weights<'_>) -> f64 {
    let seeds = weights.label_buyers.get(0).unwrap_or_default();
    let share = f64::from(seeds) / f64::from(weights.customers.max(1));
    (0.01 / f64::from(weights.products.max(1))).ln() / share.ln()
}

/// The features of the model: ln(1 + x), because ratios matter. A negative x, which refunds can
/// make of revenue, gives −ln(1 − x).
pub fn features(figures: &[f64; FIGURES], taste: f64) -> [f64; FEATURES] {
    std::array::from_fn(|index| {
        let value = figures.get(index).copied().unwrap_or(taste);
        value.signum() * value.abs().ln_1p()
    })
}
