//! From features to log odds.

use super::features::Features;

/// The log odds of buying the label with the number `index` within the horizon, but for a
/// constant. `mean_similarity` is that of all customers to the label's buyers.
///
/// # Formula
///
/// Never bought: 1.3·L(similarity, presence).
/// Bought: 1.9·ln(1 + own) + 0.3·L(activity, 1) + 0.6·L(similarity, 1).
///
/// Whose taste says nothing may still buy, as long as they are there: what keeps the logarithm
/// finite fades with the silence. Among buyers, `own` knows that already.
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
    let taste = |presence| log_ratio(label.similarity, mean_similarity, presence);
    if label.bought.is_none() {
        return 1.3 * taste(features.presence);
    }
    let activity = log_ratio(features.activity, mean_activity, 1.0);
    1.9 * label.own.ln_1p() + 0.3 * activity + 0.6 * taste(1.0)
}

/// L(v, g) = ln[(v/m + 0.1·g) / 1.1]: the logarithm of a feature over its mean m, kept finite
/// where the feature is 0. Where all are, only g tells customers apart.
fn log_ratio(value: f64, mean: f64, floor: f64) -> f64 {
    let ratio = if mean > 0.0 { value / mean } else { 0.0 };
    ((ratio + 0.1 * floor) / 1.1).ln()
}
