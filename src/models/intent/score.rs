//! From features to log odds.

use super::features::Features;

/// L(v) = ln((v + 0.1·m) / (1.1·m)): the logarithm of a feature over its mean m, kept finite
/// where the feature is 0, and 0 at the mean.
fn log_ratio(value: f64, mean: f64) -> f64 {
    if mean > 0.0 {
        ((value + 0.1 * mean) / (1.1 * mean)).ln()
    } else {
        0.0
    }
}

/// The log odds of buying the label with the number `index` within the horizon, but for a
/// constant. `mean_similarity` is that of all customers to the label's buyers.
///
/// # Formula
///
/// Never bought: 1.3·L(similarity).
/// Bought: 1.9·ln(1 + own) + 0.3·L(activity) + 0.6·L(similarity).
///
/// The coefficients are those of pooled logistic regressions over many labels of two shops,
/// other ones than those that docs/intent.md reports on.
pub fn log_odds(
    features: &Features,
    index: usize,
    mean_activity: f64,
    mean_similarity: f64,
) -> f64 {
    let label = &features.labels[index];
    let taste = log_ratio(label.similarity, mean_similarity);
    if label.bought.is_none() {
        return 1.3 * taste;
    }
    1.9 * label.own.ln_1p() + 0.3 * log_ratio(features.activity, mean_activity) + 0.6 * taste
}
