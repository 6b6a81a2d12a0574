//! From features to log odds.

use super::features::Features;

/// The log odds of buying the label with the number `index` within the horizon, without the
/// intercept. `mean_similarity` is the mean similarity of all customers for this label.
///
/// # Formula
///
/// Never bought: 1.3·L(similarity, presence).
/// Bought: 1.9·ln(1 + own) + 0.3·L(activity, 1) + 0.6·L(similarity, 1).
///
/// A customer without similar purchases can still buy. So the logarithm gets a small floor, which
/// shrinks the longer the customer has been silent. For buyers of the label the floor is constant,
/// because `own` already falls with the silence.
///
/// The coefficients are near those of pooled logistic regressions over 80 labels of each of two
/// shops. `benches/peers/intent_coefficients.py` gives these, and varies every constant of purchase
/// intent. The labels compared in docs/intent.md are not among them.
pub fn log_odds(
    features: &Features,
    index: usize,
    mean_activity: f64,
    mean_similarity: f64,
) -> f64 {
    let label = &features.labels[index];
    let taste = |presence| log_ratio(label.similarity, mean_similarity, presence);
    if label.bought.is_none() {
        return 1.3 * taste(features.presence);
    }
    let activity = log_ratio(features.activity, mean_activity, 1.0);
    1.9 * label.own.ln_1p() + 0.3 * activity + 0.6 * taste(1.0)
}

/// L(v, g) = ln[(v/m + 0.1·g) / 1.1]: the logarithm of a feature over its mean m, kept finite where
/// the feature is 0. If it is 0 for all customers, only g tells them apart.
fn log_ratio(value: f64, mean: f64, floor: f64) -> f64 {
    let ratio = if mean > 0.0 { value / mean } else { 0.0 };
    ((ratio + 0.1 * floor) / 1.1).ln()
}
