//! Logistic regression with a ridge penalty, for a seed of a few customers among many.

use super::bytes::{Reader, Writer, sound};
use super::linear::dot;
use super::logistic::logistic;
use super::newton::{Loss, minimise};
use crate::error::{Error, Result};

/// Whether a customer is in the seed, and what is known about them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Example<const N: usize> {
    /// In any unit.
    pub features: [f64; N],
    /// The outcome to predict.
    pub outcome: bool,
}

/// A fitted model. It standardises the features itself, so it takes them in any unit.
#[derive(Clone, Debug, PartialEq)]
pub struct RidgeLogistic<const N: usize> {
    /// The log-odds of somebody with average features.
    pub intercept: f64,
    /// What one standard deviation of each feature adds to the log-odds.
    pub weights: [f64; N],
    means: [f64; N],
    /// One over the standard deviation; 0 for a feature that does not vary.
    inverse_deviations: [f64; N],
}

/// Squares of larger features are beyond an `f64`.
const LARGEST: f64 = 1e150;

impl<const N: usize> RidgeLogistic<N> {
    /// Fits the model; `None` unless there are both outcomes. The result does not depend on
    /// the order of the examples, which are sorted.
    ///
    /// # Formula
    ///
    /// Minimises Σ ln(1 + exp(−sᵢηᵢ)) + λ/2·Σ wⱼ², sᵢ = ±1 the outcome, η = b + Σ wⱼ·zⱼ and z
    /// the features less their mean, over their population standard deviation: le Cessie & van
    /// Houwelingen (1992), "Ridge estimators in logistic regression", *Applied Statistics* 41,
    /// with λ the `precision` of the normal prior of each weight. The intercept b is not
    /// penalised. By Newton's method (iteratively reweighted least squares) with
    /// backtracking, Nocedal & Wright (2006), *Numerical Optimization*, chapter 3. With both
    /// outcomes and λ > 0 the minimum exists and is unique, also where a feature separates
    /// the outcomes.
    ///
    /// An iteration takes N²/2 multiplications per example, and there are at most 50: a million
    /// examples of eight features take below a second.
    ///
    /// # Errors
    ///
    /// When the precision is not positive, or a feature not finite.
    pub fn fit(mut examples: Vec<Example<N>>, precision: f64) -> Result<Option<Self>> {
        if !(precision > 0.0 && precision.is_finite()) {
            return Err(Error::argument(
                "precision",
                format!("must be positive, got {precision}"),
            ));
        }
        for feature in examples.iter_mut().flat_map(|e| &mut e.features) {
            if feature.is_nan() || feature.abs() > LARGEST {
                return Err(Error::argument(
                    "features",
                    format!("must be finite, got {feature}"),
                ));
            }
            // -0 is 0.
            *feature += 0.0;
        }
        let positives = examples.iter().filter(|example| example.outcome).count();
        if positives == 0 || positives == examples.len() {
            return Ok(None);
        }
        examples.sort_unstable_by(|a, b| {
            let features = a.features.iter().zip(&b.features);
            features
                .map(|(a, b)| a.total_cmp(b))
                .find(|order| order.is_ne())
                .unwrap_or(a.outcome.cmp(&b.outcome))
        });
        let mut model = Self::standardised(&examples, positives);
        for example in &mut examples {
            example.features = model.standardise(&example.features);
        }
        model.minimise(&examples, precision);
        Ok(Some(model))
    }

    /// Without weights: everybody has the average log-odds.
    fn standardised(examples: &[Example<N>], positives: usize) -> Self {
        let n = examples.len() as f64;
        let values = |feature: usize| examples.iter().map(move |e| e.features[feature]);
        let means = std::array::from_fn(|feature| values(feature).map(|x| x / n).sum());
        let inverse_deviations = std::array::from_fn(|feature| {
            let mean: f64 = means[feature];
            let first = examples[0].features[feature];
            if values(feature).all(|x| x == first) {
                return 0.0;
            }
            let squares: f64 = values(feature).map(|x| (x - mean).powi(2) / n).sum();
            let inverse = squares.sqrt().recip();
            if inverse.is_finite() { inverse } else { 0.0 }
        });
        Self {
            intercept: (positives as f64 / (n - positives as f64)).ln(),
            weights: [0.0; N],
            means,
            inverse_deviations,
        }
    }

    fn standardise(&self, features: &[f64; N]) -> [f64; N] {
        std::array::from_fn(|j| (features[j] - self.means[j]) * self.inverse_deviations[j])
    }

    fn minimise(&mut self, examples: &[Example<N>], precision: f64) {
        let mut start = self.weights.to_vec();
        start.push(self.intercept);
        let found = minimise(start, |point| Self::loss(point, examples, precision));
        self.weights = std::array::from_fn(|j| found[j]);
        self.intercept = found[N];
    }

    /// The penalised negative log-likelihood of standardised examples; the last variable is the
    /// intercept.
    fn loss(point: &[f64], examples: &[Example<N>], precision: f64) -> Loss {
        let size = N + 1;
        let (weights, intercept) = (&point[..N], point[N]);
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        let mut loss = Loss {
            value: precision / 2.0 * squares,
            gradient: vec![0.0; size],
            hessian: vec![0.0; size * size],
        };
        for (j, weight) in weights.iter().enumerate() {
            loss.gradient[j] = precision * weight;
            loss.hessian[j * size + j] = precision;
        }
        for Example { features, outcome } in examples {
            let log_odds = intercept + dot(weights, features);
            let probability = logistic(log_odds);
            let signed = if *outcome { -log_odds } else { log_odds };
            // ln(1 + eˢ) without overflow.
            loss.value += signed.max(0.0) + (-signed.abs()).exp().ln_1p();
            let error = if *outcome {
                -logistic(-log_odds)
            } else {
                probability
            };
            let weight = probability * logistic(-log_odds);
            for j in 0..N {
                loss.gradient[j] += error * features[j];
                let row = &mut loss.hessian[j * size..];
                for k in 0..=j {
                    row[k] += weight * features[j] * features[k];
                }
            }
            loss.gradient[N] += error;
            let row = &mut loss.hessian[N * size..];
            for k in 0..N {
                row[k] += weight * features[k];
            }
            row[N] += weight;
        }
        loss
    }

    /// Packs the model for [`RidgeLogistic::open`].
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn pack(&self, writer: &mut Writer) -> Result<()> {
        writer.value(self.intercept)?;
        [self.weights, self.means, self.inverse_deviations]
            .as_flattened()
            .iter()
            .try_for_each(|&value| writer.value(value))
    }

    /// Opens what [`RidgeLogistic::pack`] packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(reader: &mut Reader) -> Result<Self> {
        let intercept = reader.value()?;
        let [weights, means, inverse_deviations]: [[f64; N]; 3] =
            [reader.array()?, reader.array()?, reader.array()?];
        let all = [&weights, &means, &inverse_deviations];
        let mut all = all.into_iter().flatten().chain([&intercept]);
        sound(all.all(|value: &f64| value.is_finite()))?;
        Ok(Self {
            intercept,
            weights,
            means,
            inverse_deviations,
        })
    }

    /// What each feature adds to the log-odds of an average customer.
    pub fn contributions(&self, features: &[f64; N]) -> [f64; N] {
        let standardised = self.standardise(features);
        std::array::from_fn(|j| self.weights[j] * standardised[j])
    }

    /// The log-odds of the outcome.
    pub fn log_odds(&self, features: &[f64; N]) -> f64 {
        self.intercept + dot(&self.weights, &self.standardise(features))
    }

    /// The probability of the outcome.
    pub fn probability(&self, features: &[f64; N]) -> f64 {
        logistic(self.log_odds(features))
    }
}

#[cfg(test)]
#[path = "ridge_logistic_tests.rs"]
mod tests;
