//! What a customer's basket says about their wish for each label.

use super::basket::Basket;
use super::reading::Reading;
use super::weights::Weights;
use crate::error::Result;
use crate::models::numerics::memory::filled;

/// A customer on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// Order days, decayed.
    pub activity: f64,
    /// One on the day of an order, halved with every four horizons since the last, down to a
    /// thousandth.
    pub presence: f64,
    /// By label.
    pub labels: Vec<LabelFeatures>,
}

/// A customer and a label.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LabelFeatures {
    /// How much the products bought, without those of the label, speak for it.
    pub similarity: f64,
    /// Days on which the label was bought, decayed half as fast as activity.
    pub own: f64,
    /// How often and last when it was bought; `None` for never.
    pub bought: Option<(u32, i32)>,
}

/// Who has been silent for ten half-lives is gone; the logarithm of less would be no better.
const LEAST_PRESENCE: f64 = 1.0 / 1024.0;

/// The features on the last day of `weights`; `None` without an order by then. `seen` is
/// called with the product, the label, the number of every term of similarity, and its
/// share in it.
///
/// # Formula
///
/// similarity = Σ_j W_j·2^(−age_j/2H) · (b/mean(b) + 0.1)^(−0.6) over the products bought,
/// b = Σ_j 2^(−age_j/2H) being their breadth: who buys many products meets many that speak
/// for the label.
///
/// # Errors
///
/// When there is no memory for the labels.
pub fn features(
    reading: &Reading,
    basket: Basket,
    weights: &Weights<'_>,
    mut seen: impl FnMut(u32, u32, usize, f64),
) -> Result<Option<Features>> {
    let now = weights.until;
    let Some(last) = basket.days(now).last() else {
        return Ok(None);
    };
    let silence = f64::from(now) - f64::from(last);
    let (activity, breadth) = reading.activity_and_breadth(basket, now);
    let mut features = Features {
        activity,
        presence: (-silence / (4.0 * reading.horizon.half_life()))
            .exp2()
            .max(LEAST_PRESENCE),
        labels: filled(LabelFeatures::default(), weights.labels())?,
    };
    for bought in basket.labels(now) {
        if let Some(label) = features.labels.get_mut(bought.number as usize) {
            label.own = bought.days().map(|day| reading.taste.of(day, now)).sum();
            label.bought = Some((bought.days().len() as u32, bought.last()));
        }
    }
    let per_breadth = match weights.mean_breadth {
        mean if mean > 0.0 => (breadth / mean + 0.1).powf(-0.6),
        _ => 1.0,
    };
    let sums = features.labels.as_mut_slice();
    for bought in basket.products(now) {
        let decay = reading.taste.of(bought.last(), now) * per_breadth;
        for (number, term) in weights.of(bought.number) {
            let Some(label) = sums.get_mut(term.label as usize) else {
                continue;
            };
            let weight = if label.bought.is_some() {
                term.weight_without_self
            } else {
                term.weight
            };
            let contribution = f64::from(weight) * decay;
            label.similarity += contribution;
            seen(bought.number, term.label, number, contribution);
        }
    }
    Ok(Some(features))
}
