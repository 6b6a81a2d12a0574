//! The features of a customer for each label, from their basket.

use super::basket::Basket;
use super::reading::Reading;
use super::weights::Weights;
use crate::error::Result;
use crate::models::numerics::bytes::{foreign, sound};
use crate::models::numerics::memory::{collected, filled};

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
/// called with a product, a label, the number of the first of some terms of the product that are for
/// labels from that one on, and their shares in similarity.
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
    mut seen: impl FnMut(u32, usize, usize, &[f64]),
) -> Result<Option<Features>> {
    let now = weights.until;
    let Some(last) = basket.days(now).last() else {
        return Ok(None);
    };
    let silence = f64::from(now) - f64::from(last);
    let mut features = Features {
        activity: reading.activity(basket, now),
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
    let products = basket.last_days(now)?;
    let breadth = reading.breadth(&products, now);
    let per_breadth = match weights.mean_breadth {
        mean if mean > 0.0 => (breadth / mean + 0.1).powf(-0.6),
        _ => 1.0,
    };
    // All bits of a label that was bought, so that a weight is chosen without a branch.
    let is_own = |label: &LabelFeatures| if label.bought.is_some() { u32::MAX } else { 0 };
    let owned: Vec<u32> = collected(features.labels.iter().map(is_own))?;
    let mut sums = filled(0.0, weights.labels())?;
    let mut shares = filled(0.0, weights.labels())?;
    for (product, last) in products {
        sound(product < weights.products)?;
        let decay = reading.taste.of(last, now) * per_breadth;
        if let Some((first, [all, others])) = weights.row(product) {
            let sums = sums.iter_mut().zip(&mut shares).zip(&owned);
            for (((sum, share), owned), (all, others)) in sums.zip(all.iter().zip(others)) {
                let weight =
                    u32::from_le_bytes(*all) & !owned | u32::from_le_bytes(*others) & owned;
                *share = f64::from(f32::from_bits(weight)) * decay;
                *sum += *share;
            }
            seen(product, 0, first, &shares[..all.len()]);
            continue;
        }
        for (number, term) in weights.of(product) {
            let label = term.label as usize;
            let weight = match owned.get(label).ok_or_else(foreign)? {
                0 => term.weight,
                _ => term.weight_without_self,
            };
            let share = f64::from(weight) * decay;
            sums[label] += share;
            seen(product, label, number, &[share]);
        }
    }
    let is_sound = |sum: &f64| (0.0..=LARGEST_SIMILARITY).contains(sum);
    sound(sums.iter().fold(true, |sound, sum| sound & is_sound(sum)))?;
    for (label, sum) in features.labels.iter_mut().zip(sums) {
        label.similarity = sum;
    }
    Ok(Some(features))
}
