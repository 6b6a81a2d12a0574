//! What was learned from a shop's past, in words.

use super::learned::Learned;
use super::traits::Trait;

/// A smaller weight would be written as 0.00.
const LEAST_WEIGHT: f64 = 0.005;

/// What a shop's past adds, a line for each feature that counts, the most important first.
pub fn lessons(learned: &Learned) -> Vec<String> {
    let mut weights: Vec<(usize, f64)> = learned
        .features
        .iter()
        .map(|f| f.weight)
        .enumerate()
        .collect();
    weights.retain(|&(_, weight)| weight.abs() >= LEAST_WEIGHT);
    weights.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let line = |(place, weight): (usize, f64)| {
        let words = Trait::new(place, weight > 0.0).words();
        format!(
            "customers with {words} came back more often than the purchase model says ({:.2} per deviation)",
            weight.abs()
        )
    };
    weights.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::prediction::features::FEATURES;
    use crate::models::prediction::learned::Weighing;

    #[test]
    fn the_heaviest_feature_comes_first_and_those_without_weight_are_left_out() {
        let mut features = [Weighing::default(); FEATURES];
        features[2].weight = -0.2;
        features[8].weight = 0.304;
        features[9].weight = 0.0049;
        let learned = Learned {
            horizon_days: 180,
            windows: 1,
            level: 0.0,
            purchases_factor: 1.0,
            features,
        };
        assert_eq!(
            lessons(&learned),
            [
                "customers with a high purchase value came back more often than the purchase model says (0.30 per deviation)",
                "customers with a short silence came back more often than the purchase model says (0.20 per deviation)",
            ]
        );
    }
}
