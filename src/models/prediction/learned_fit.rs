//! Learning from the shop's finished windows which customers come back.

use super::features::{FEATURES, Record, believed, value_feature};
use super::learned::{LEAST_DEVIATION, Learned, Weighing, standardised};
use super::model::{PurchaseModel, YEAR_DAYS};
use super::sample::SampledCustomer;
use super::seasons::Seasons;
use super::shop_model::ahead;
use super::windows::{MOST_WINDOWS, window_starts};
use crate::error::Result;
use crate::models::numerics::linear::dot;
use crate::models::numerics::memory::{push, with_room};
use crate::models::numerics::newton::{Loss, minimise};

/// What the precisions of each weight's normal prior around 0, which is exactly MBG/NBD, come to
/// over the windows: a shop with few customers learns little, and what one window teaches may have
/// been that window's alone.
const PRECISION_OF_ALL: f64 = 80.0;

/// The same of the windows' levels, which a shop's growth and its seasons move.
const WINDOW_PRECISION: f64 = 0.05;

/// A customer at the beginning of a window.
struct Beginning {
    features: [f64; FEATURES],
    window: usize,
    returned: bool,
    weight: f64,
}

/// What the sampled customers teach for returns within `horizon` days; `None` without a finished
/// window, or where everybody returned in them, or nobody. `first_day` is the shop's first
/// purchase. The result does not depend on anything but the sample.
///
/// # Formula
///
/// Log odds of a return = MBG/NBD's + b_window + Σ wₖ(fₖ − meanₖ)/sdₖ by ridge regression, as
/// [`RidgeLogistic`](crate::models::numerics::ridge_logistic::RidgeLogistic), with means and deviations over all examples. Windows are those of
/// [`window_starts`], features and MBG/NBD's log odds those of a window's beginning under the model of today. The windows' levels are not
/// used: today's is the one that keeps MBG/NBD's mean.
///
/// # Errors
///
/// When there is no memory for the examples.
pub fn learn(
    sample: &[SampledCustomer<'_>],
    model: &PurchaseModel,
    first_day: i32,
    as_of: i32,
    horizon: i32,
    seasons: Option<Seasons>,
) -> Result<Option<Learned>> {
    let starts: Vec<i32> = window_starts(as_of, first_day, horizon).collect();
    let in_season = |after| ahead(seasons.as_ref(), after, f64::from(horizon));
    let mut examples = examples(sample, model, &starts, horizon, in_season)?;
    let returned = examples.iter().filter(|example| example.returned).count();
    if returned == 0 || returned == examples.len() {
        return Ok(None);
    }
    let mut features = standards(&examples);
    // The log odds of MBG/NBD are a feature, and where everything begins.
    let mut offsets = with_room(examples.len())?;
    for example in &mut examples {
        push(&mut offsets, example.features[0])?;
        example.features = standardised(&features, &example.features);
    }
    let none = vec![0.0; FEATURES + starts.len()];
    let near = minimise(none, |point| loss(point, &examples, &offsets, STRIDE));
    let found = minimise(near, |point| loss(point, &examples, &offsets, 1));
    for (weighing, &weight) in features.iter_mut().zip(&found) {
        // A feature that does not vary has none, rather than rounding.
        weighing.weight = if weighing.deviation == 0.0 {
            0.0
        } else {
            weight
        };
    }
    let mut learned = Learned {
        horizon_days: horizon,
        windows: starts.len() as i32,
        level: 0.0,
        purchases_factor: 1.0,
        features,
    };
    let today = Population::of(sample, model, &learned, seasons.as_ref(), as_of)?;
    learned.level = today.level();
    learned.purchases_factor = today.purchases_factor(learned.level);
    Ok(Some(learned))
}

fn examples(
    sample: &[SampledCustomer<'_>],
    model: &PurchaseModel,
    starts: &[i32],
    horizon: i32,
    in_season: impl Fn(i32) -> f64,
) -> Result<Vec<Beginning>> {
    let ahead: Vec<f64> = starts.iter().map(|&start| in_season(start)).collect();
    let mut examples = with_room(sample.len() * starts.len())?;
    for customer in sample {
        let value = value_feature(customer.mean(), model.order_value);
        for (window, &start) in starts.iter().enumerate() {
            let days = customer.days();
            let known = days.partition_point(|&day| day <= start);
            if let Some(record) = Record::new(&days[..known], start, horizon) {
                let known_then = record.customer(model, start);
                let (_, features) =
                    record.features(model, &known_then, start, ahead[window], value);
                let next = days.get(known);
                let example = Beginning {
                    features,
                    window,
                    returned: next.is_some_and(|&day| {
                        i64::from(day) <= i64::from(start) + i64::from(horizon)
                    }),
                    weight: customer.weight(),
                };
                push(&mut examples, example)?;
            }
        }
    }
    Ok(examples)
}

/// The mean and the deviation of every feature. Each example is read once for all of them, because
/// there are more than the processor's caches hold.
fn standards(examples: &[Beginning]) -> [Weighing; FEATURES] {
    let all: f64 = examples.iter().map(|example| example.weight).sum();
    let (mut means, mut squares) = ([0.0; FEATURES], [0.0; FEATURES]);
    for example in examples {
        add(&mut means, example.weight, &example.features);
    }
    for mean in &mut means {
        *mean /= all;
    }
    for example in examples {
        for (place, feature) in example.features.iter().enumerate() {
            squares[place] += (feature - means[place]).powi(2) * example.weight;
        }
    }
    std::array::from_fn(|place| {
        let deviation = (squares[place] / all).sqrt();
        let varies = deviation >= LEAST_DEVIATION;
        Weighing {
            mean: means[place],
            deviation: if varies { deviation } else { 0.0 },
            weight: 0.0,
        }
    })
}

/// The first of two passes uses every so many-th example: its optimum is so near that the pass over
/// all takes few steps.
const STRIDE: usize = 16;

/// The penalised negative log-likelihood of standardised examples; the variables are the features'
/// weights and then the windows' levels.
fn loss(point: &[f64], examples: &[Beginning], offsets: &[f64], stride: usize) -> Loss {
    let size = point.len();
    let (weights, levels) = point.split_at(FEATURES);
    let precision = PRECISION_OF_ALL / levels.len() as f64;
    let squares = |values: &[f64]| dot(values, values);
    let mut value = precision / 2.0 * squares(weights) + WINDOW_PRECISION / 2.0 * squares(levels);
    let mut by_feature = [0.0; FEATURES];
    let mut by_features = [[0.0; FEATURES]; FEATURES];
    let mut by_window = [0.0; MOST_WINDOWS];
    let mut by_windows = [0.0; MOST_WINDOWS];
    let mut by_both = [[0.0; FEATURES]; MOST_WINDOWS];
    for (example, offset) in examples.iter().zip(offsets).step_by(stride) {
        let Beginning {
            features,
            window,
            returned,
            weight,
        } = example;
        let log_odds = offset + levels[*window] + dot(weights, features);
        let signed = if *returned { -log_odds } else { log_odds };
        let (softplus, wrong) = softplus(signed);
        value += weight * softplus;
        let error = if *returned { -wrong } else { wrong } * weight;
        let curvature = wrong * (1.0 - wrong) * weight;
        by_window[*window] += error;
        by_windows[*window] += curvature;
        add(&mut by_feature, error, features);
        add(&mut by_both[*window], curvature, features);
        // Up to the diagonal, and the rest of its block.
        add_products::<0, 4>(&mut by_features, curvature, features);
        add_products::<4, 8>(&mut by_features, curvature, features);
        add_products::<8, 12>(&mut by_features, curvature, features);
        add_products::<12, FEATURES>(&mut by_features, curvature, features);
    }
    let mut loss = Loss {
        value,
        gradient: vec![0.0; size],
        hessian: vec![0.0; size * size],
    };
    for place in 0..FEATURES {
        loss.gradient[place] = precision * weights[place] + by_feature[place];
        let row = &mut loss.hessian[place * size..][..=place];
        row.copy_from_slice(&by_features[place][..=place]);
        row[place] += precision;
    }
    for (window, level) in levels.iter().enumerate() {
        let place = FEATURES + window;
        loss.gradient[place] = WINDOW_PRECISION * level + by_window[window];
        let row = &mut loss.hessian[place * size..][..=place];
        row[..FEATURES].copy_from_slice(&by_both[window]);
        row[place] = WINDOW_PRECISION + by_windows[window];
    }
    loss
}

/// ln(1 + eˢ) and its derivative, which is [`logistic`](crate::models::numerics::logistic::logistic),
/// without overflow.
#[inline]
fn softplus(log_odds: f64) -> (f64, f64) {
    let odds = (-log_odds.abs()).exp();
    let derivative = if log_odds < 0.0 { odds } else { 1.0 } / (1.0 + odds);
    (log_odds.max(0.0) + odds.ln_1p(), derivative)
}

/// Adds a multiple.
#[inline(always)]
fn add(sums: &mut [f64; FEATURES], factor: f64, features: &[f64; FEATURES]) {
    for (sum, feature) in sums.iter_mut().zip(features) {
        *sum += factor * feature;
    }
}

/// Adds a multiple of the products of the features from `FROM` on with all before `TO`: with these
/// known beforehand the compiler takes several at a time.
#[inline(always)]
fn add_products<const FROM: usize, const TO: usize>(
    sums: &mut [[f64; FEATURES]; FEATURES],
    factor: f64,
    features: &[f64; FEATURES],
) {
    for place in FROM..TO {
        let part = factor * features[place];
        for other in 0..TO {
            sums[place][other] += part * features[other];
        }
    }
}

/// The sampled customers as of today.
struct Population(Vec<Now>);

struct Now {
    weight: f64,
    /// MBG/NBD's return probability, as far as it is believed.
    probability: f64,
    /// Its log odds.
    log_odds: f64,
    /// What the features add to its log odds.
    shift: f64,
    /// Purchases to expect within a year by MBG/NBD.
    expected: f64,
}

impl Now {
    fn moved(&self, level: f64) -> f64 {
        Learned::moved(self.log_odds, self.shift + level)
    }
}

/// No level is further from MBG/NBD's than this.
const MOST_LEVEL: f64 = 20.0;

impl Population {
    fn of(
        sample: &[SampledCustomer<'_>],
        model: &PurchaseModel,
        learned: &Learned,
        seasons: Option<&Seasons>,
        as_of: i32,
    ) -> Result<Self> {
        let horizon = learned.horizon_days;
        let within_a_year = ahead(seasons, as_of, YEAR_DAYS);
        let ahead = ahead(seasons, as_of, f64::from(horizon));
        let mut customers = with_room(sample.len())?;
        for customer in sample {
            if let Some(record) = Record::new(customer.days(), as_of, horizon) {
                let value = value_feature(customer.mean(), model.order_value);
                let known = record.customer(model, as_of);
                let (probability, features) = record.features(model, &known, as_of, ahead, value);
                let now = Now {
                    weight: customer.weight(),
                    probability: believed(probability),
                    log_odds: features[0],
                    shift: learned.shift(&standardised(&learned.features, &features)),
                    expected: known.expected_purchases(within_a_year),
                };
                push(&mut customers, now)?;
            }
        }
        Ok(Self(customers))
    }

    fn sum(&self, of: impl Fn(&Now) -> f64) -> f64 {
        self.0.iter().map(|now| now.weight * of(now)).sum()
    }

    /// The level at which the mean probability is MBG/NBD's.
    ///
    /// # Formula
    ///
    /// Where Σ softplus(log oddsᵢ + shiftᵢ + level) − level·Σ pᵢ is least: its derivative is the
    /// difference of the sums.
    fn level(&self) -> f64 {
        let target = self.sum(|now| now.probability);
        let found = minimise(vec![0.0], |point| {
            let level = point[0];
            let (mut value, mut reached, mut curvature) = (0.0, 0.0, 0.0);
            for now in &self.0 {
                let (softplus, moved) = softplus(now.log_odds + now.shift + level);
                value += now.weight * softplus;
                reached += now.weight * moved;
                curvature += now.weight * moved * (1.0 - moved);
            }
            Loss {
                value: value - target * level,
                gradient: vec![reached - target],
                hessian: vec![curvature],
            }
        });
        found[0].clamp(-MOST_LEVEL, MOST_LEVEL)
    }

    /// The factor at which the sum of the expected purchases is MBG/NBD's.
    fn purchases_factor(&self, level: f64) -> f64 {
        let alone = self.sum(|now| now.expected);
        let moved =
            self.sum(|now| now.expected * Learned::change(now.probability, now.moved(level)));
        if moved > 0.0 { alone / moved } else { 1.0 }
    }
}

#[cfg(test)]
#[path = "learned_fit_tests.rs"]
mod tests;
