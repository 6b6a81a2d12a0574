//! The features of a customer for each label, from their basket.

use super::basket::Basket;
use super::reading::Reading;
use super::weights::Weights;
use crate::error::Result;
use crate::models::numerics::bytes::{foreign, sound};
use crate::models::numerics::memory::filled;

/// A customer on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// Σ 2^(−age/H) over the order days.
    pub activity: f64,
    /// 2^(−silence/4H): 1 on the day of an order, half after four horizons without one, at least
    /// 1/1024.
    pub presence: f64,
    /// By label.
    pub labels: Vec<LabelFeatures>,
}

/// A customer and a label.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LabelFeatures {
    /// The decayed weights of the products bought outside of the label, added up and divided by a
    /// power of breadth.
    pub similarity: f64,
    /// Σ 2^(−age/2H) over the days on which the label was bought.
    pub own: f64,
    /// On how many days it was bought, and the last of them; `None` for never.
    pub bought: Option<(u32, i32)>,
}

/// After ten half-lives of silence a customer counts as gone, and a longer silence changes nothing.
const LEAST_PRESENCE: f64 = 1.0 / 1024.0;

/// More similarity than the counts of customers give, by far.
const LARGEST_SIMILARITY: f64 = 1e10;

/// The features on the last day of `weights`; `None` without an order by then. `seen` is
/// called with the product, the label, the number of every term of similarity, and its
/// share in it.
///
/// # Errors
///
/// When the basket has a product or a label that the weights do not know, or the weights were not
/// made from counts.
///
/// # Formula
///
/// similarity = Σ_j W_j·2^(−age_j/2H) · (b/mean(b) + 0.1)^(−0.6) over the products bought,
/// b = Σ_j 2^(−age_j/2H) being their breadth: who buys many products meets many that speak
/// for the label. `benches/peers/intent_coefficients.py` has other constants beside these.
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
        let label = features.labels.get_mut(bought.number as usize);
        let label = label.ok_or_else(foreign)?;
        label.own = bought.days().map(|day| reading.taste.of(day, now)).sum();
        label.bought = Some((bought.days().len() as u32, bought.last()));
    }
    let per_breadth = match weights.mean_breadth {
        mean if mean > 0.0 => (breadth / mean + 0.1).powf(-0.6),
        _ => 1.0,
    };
    let sums = features.labels.as_mut_slice();
    for bought in basket.products(now) {
        sound(bought.number < weights.products)?;
        let decay = reading.taste.of(bought.last(), now) * per_breadth;
        for (number, term) in weights.of(bought.number) {
            let label = sums.get_mut(term.label as usize).ok_or_else(foreign)?;
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
    let similarities = features.labels.iter().map(|label| label.similarity);
    let is_sound = |similarity| (0.0..=LARGEST_SIMILARITY).contains(&similarity);
    sound(similarities.fold(true, |sound, similarity| sound & is_sound(similarity)))?;
    Ok(Some(features))
}
