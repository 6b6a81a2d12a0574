//! Evidence: how much data a probability rests on, and the products behind it.

use super::basket::Basket;
use super::calibration::Calibration;
use super::features::Features;
use super::features::features;
use super::scales::{Days, Scales};
use super::spend::SpendSum;
use super::weights::Weights;
use crate::error::Result;
use crate::models::numerics::bytes::sound;
use crate::models::numerics::logistic::logistic;
use crate::models::numerics::memory::{filled, try_collected};
use std::ops::Range;

/// With fewer buyers of a label than this, what they have in common may be chance.
const FEW_BUYERS: u32 = 20;
/// With fewer of them within the last horizon than this, the probability is a guess.
const FEW_POSITIVES: u32 = 5;
/// A product with fewer common buyers than this is no reason to give.
const LEAST_COMMON_BUYERS: u32 = 3;
/// How many reasons are given.
const REASONS: usize = 3;

/// How much data a probability rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Enough buyers, of whom enough bought within the last horizon, and not all of them lately.
    Ok,
    /// Few, or the label is new; trust the order of the customers more than the probability.
    Low,
    /// None; there is no probability.
    None,
}

impl Evidence {
    /// The SQL labels, best first.
    pub const LABELS: [&'static str; 3] = ["ok", "low", "none"];
}

/// A product bought that has a weight for a label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reason {
    /// The product.
    pub product: u32,
    /// Its buyers.
    pub buyers: u32,
    /// Those of them who also bought the label.
    pub both: u32,
    /// What it adds to the similarity.
    pub weight: f64,
}

/// The strongest reasons for a label.
type Reasons = [Option<Reason>; REASONS];

/// A customer's wish for a label.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelScore {
    /// Log odds; the order of customers.
    pub log_odds: f64,
    /// The probability of buying within the horizon, if there is evidence.
    pub probability: Option<f64>,
    /// The probability over the mean of all customers.
    pub lift: Option<f64>,
    /// The probability over the mean of those who never bought the label, if this is one of them.
    pub new_lift: Option<f64>,
    /// What the customer is expected to spend on the label within the horizon, where amounts are known.
    pub expected_revenue: Option<f64>,
    /// How often and last the label was bought; `None` for never.
    pub bought: Option<(u32, i32)>,
    /// The activity of the customer.
    pub activity: f64,
    /// Whether any product bought has a weight for the label.
    pub is_similar: bool,
    /// What the probability rests on.
    pub evidence: Evidence,
    /// Whether hardly anybody had bought the label two horizons ago.
    pub is_new: bool,
    /// Whole years since its fifth customer: of so many a season could be known.
    pub years_on_record: u32,
    /// Customers who bought the label.
    pub label_buyers: u32,
    /// All customers.
    pub customers: u32,
    /// The strongest reasons first, as many as there are.
    pub reasons: Reasons,
}

/// Scores customers.
pub struct Scorer<'a> {
    /// Weights and reading.
    pub days: Days<'a>,
    /// The means, today's first.
    pub scales: &'a Scales,
    /// By label.
    pub calibrations: &'a [Calibration],
}

impl Scorer<'_> {
    /// A customer's scores for the labels with the numbers `wanted`; `None` without an order.
    ///
    /// # Errors
    ///
    /// As those of [`features()`], and when scales or calibrations are those of other weights, or
    /// there is no memory for the scores.
    pub fn scores(&self, basket: Basket, wanted: Range<usize>) -> Result<Option<Vec<LabelScore>>> {
        let weights = &self.days.weights[0];
        let wanted = wanted.start..wanted.end.min(weights.labels());
        let mut strongest = Strongest::new(weights, &wanted)?;
        let note = |product, label, term, shares: &[f64]| {
            strongest.note(product, label, term, shares);
        };
        let Some(features) = features(self.days.reading, basket, weights, note)? else {
            return Ok(None);
        };
        sound(self.calibrations.len() == weights.labels())?;
        let mut spends = filled(SpendSum::default(), wanted.len())?;
        for bought in basket.labels(weights.until) {
            let place = (bought.number as usize).checked_sub(wanted.start);
            let sum = place.and_then(|place| spends.get_mut(place));
            let median = self.scales.median_spend.get(bought.number as usize);
            if let Some((sum, &median)) = sum.zip(median) {
                basket
                    .spends(bought)
                    .for_each(|spent| sum.add(spent, median));
            }
        }
        let scores = wanted.clone().zip(strongest.reasons).zip(spends);
        let scores = scores.map(|((label, reasons), spend)| {
            let mut score = self.score(&features, label, reasons, &self.calibrations[label])?;
            score.expected_revenue = self.expected_revenue(&score, label, spend);
            Ok(score)
        });
        try_collected(scores).map(Some)
    }

    /// # Formula
    ///
    /// Probability · purchases of a buyer · [`SpendSum::expected`]. The purchases are the days on which
    /// those who bought within the last horizon did, (days + 5) / (buyers + 5), of those who
    /// had bought before or of those who had not.
    fn expected_revenue(&self, score: &LabelScore, label: usize, own: SpendSum) -> Option<f64> {
        let calibration = &self.calibrations[label];
        let median = self.scales.median_spend.get(label)?;
        let per_day = own.expected(calibration.typical_spend, *median)?;
        let purchases = calibration.purchases[usize::from(score.bought.is_some())];
        Some((score.probability? * purchases * per_day).min(f64::MAX))
    }

    fn score(
        &self,
        features: &Features,
        label: usize,
        reasons: Reasons,
        calibration: &Calibration,
    ) -> Result<LabelScore> {
        let bought = features.labels[label].bought;
        let group = usize::from(bought.is_some());
        let buyers = self.days.weights[0]
            .label_buyers
            .get(label)
            .unwrap_or_default();
        let odds = self.scales.log_odds(features, label, &self.days, 0)?;
        let intercept = calibration.intercepts[group];
        let known = intercept.is_finite() && buyers > 0;
        let probability = known.then(|| logistic(intercept + odds));
        let over = |mean: f64| probability.map(|probability| probability / mean);
        let lift = over(calibration.mean_probability);
        let is_buyer = bought.is_some();
        let new_lift = over(calibration.mean_new_probability).filter(|_| !is_buyer);
        sound(
            [lift, new_lift]
                .iter()
                .flatten()
                .all(|lift| lift.is_finite()),
        )?;
        let is_thin = calibration.is_new
            || buyers < FEW_BUYERS
            || calibration.positives[group] < FEW_POSITIVES;
        Ok(LabelScore {
            log_odds: odds
                + if known {
                    intercept
                } else {
                    UNCALIBRATED[group]
                },
            probability,
            lift,
            new_lift,
            expected_revenue: None,
            bought,
            activity: features.activity,
            is_similar: features.labels[label].similarity > 0.0,
            evidence: match known {
                false => Evidence::None,
                true if is_thin => Evidence::Low,
                true => Evidence::Ok,
            },
            is_new: calibration.is_new,
            years_on_record: calibration.years_on_record,
            label_buyers: buyers,
            customers: self.days.weights[0].customers,
            reasons,
        })
    }
}

/// Intercepts where the past cannot calibrate them: a buyer ranks before everybody else.
const UNCALIBRATED: [f64; 2] = [-4.0, -2.0];

/// Finds the strongest reasons for the labels that are asked for.
struct Strongest<'a> {
    weights: &'a Weights<'a>,
    /// The first of these labels.
    first: usize,
    /// By label of these.
    reasons: Vec<Reasons>,
    /// By label of all: a reason has to add more than this.
    least: Vec<f64>,
}

impl<'a> Strongest<'a> {
    fn new(weights: &'a Weights<'a>, wanted: &Range<usize>) -> Result<Self> {
        let mut least = filled(f64::INFINITY, weights.labels())?;
        if let Some(least) = least.get_mut(wanted.clone()) {
            least.fill(0.0);
        }
        Ok(Self {
            weights,
            first: wanted.start,
            reasons: filled([None; REASONS], wanted.len())?,
            least,
        })
    }

    /// Looks at terms of a product for the labels from `label` on.
    fn note(&mut self, product: u32, label: usize, term: usize, shares: &[f64]) {
        let pairs = shares.iter().zip(&self.least[label..]);
        // Most products are no reason for any label. Without a branch for each that is quick to see.
        if !pairs.fold(false, |any, (share, least)| any | (share > least)) {
            return;
        }
        for (place, &share) in shares.iter().enumerate() {
            if share > self.least[label + place] {
                self.keep(product, label + place, term + place, share);
            }
        }
    }

    fn keep(&mut self, product: u32, label: usize, term: usize, weight: f64) {
        let both = self.weights.common_buyers.get(term).unwrap_or_default();
        if both < LEAST_COMMON_BUYERS {
            return;
        }
        let buyers = self.weights.product_buyers.get(product as usize);
        let reason = Reason {
            product,
            buyers: buyers.unwrap_or_default(),
            both,
            weight,
        };
        let reasons = &mut self.reasons[label - self.first];
        keep(reasons, reason);
        if let Some(weakest) = reasons[REASONS - 1] {
            self.least[label] = weakest.weight;
        }
    }
}

/// Keeps the strongest reasons in order; of equals the first stays first.
fn keep(reasons: &mut Reasons, reason: Reason) {
    let stays = |other: &&Option<Reason>| other.is_some_and(|other| other.weight >= reason.weight);
    let place = reasons.iter().take_while(stays).count();
    if place < REASONS {
        reasons[place..].rotate_right(1);
        reasons[place] = Some(reason);
    }
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
