//! The ranking and the calibration of predictions, compared with what happened.

use crate::error::{Error, Result};
use crate::models::numerics::histogram::{BitHistogram, Range};
use crate::models::numerics::logistic::logistic;
use crate::models::numerics::memory::{copied, extend, filled, push, with_room};
use crate::models::numerics::sum::Sum;

/// How many groups of equal size the calibration is judged in.
const CALIBRATION_BINS: u64 = 10;

/// How many distinct predictions are told apart, with the outcome and without. Of more those count
/// as equal that agree in their first five digits or more.
const MOST_SCORES: usize = 1 << 20;

/// Collects predictions and outcomes in any order and any number of parts.
#[derive(Debug)]
pub struct Ranking<const MOST: usize = MOST_SCORES> {
    /// The predictions for those with the outcome.
    positive: BitHistogram<u64, MOST>,
    /// The predictions for those without.
    negative: BitHistogram<u64, MOST>,
}

impl<const MOST: usize> Default for Ranking<MOST> {
    fn default() -> Self {
        Self {
            positive: BitHistogram::default(),
            negative: BitHistogram::default(),
        }
    }
}

/// The measures of a [`Ranking`]. None of them depends on the order of the rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// The chance that a random positive was predicted higher than a random negative, ties
    /// counting half: 0.5 is guessing, 1 is perfect.
    pub auc: f64,
    /// The precision at each cut-off, averaged over the positives that it adds.
    pub average_precision: f64,
    /// The mean squared difference between prediction and outcome: 0 is perfect.
    pub brier: f64,
    /// The mean absolute difference between predicted and realised rate in groups of
    /// equal size: 0 is perfect.
    pub calibration_error: f64,
}

/// The measures that look at the order only, so that any score can be judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Order {
    /// As in [`Quality`].
    pub auc: f64,
    /// As in [`Quality`].
    pub average_precision: f64,
    /// The rate of positives among the highest 5 %, in multiples of the rate among all.
    pub lift_top5: f64,
    /// The same among the highest 10 %.
    pub lift_top10: f64,
}

/// The AUC with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auc {
    /// As in [`Quality`].
    pub auc: f64,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
}

/// An AUC and the variance of its estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// As in [`Quality`].
    pub auc: f64,
    /// The square of its standard error.
    pub variance: f64,
}

impl Estimate {
    /// The interval of so many standard errors; none wide where the ranking is perfect, or
    /// perfectly wrong.
    ///
    /// # Formula
    ///
    /// ln(A/(1−A)) ± z·s/(A(1−A)), s the standard error of the AUC A. Pepe (2003), *The Statistical
    /// Evaluation of Medical Tests*, chapter 5. It stays within 0 to 1, and reaches further down
    /// from a high AUC, whose own standard error is small.
    pub fn interval(self, standard_errors: f64) -> Auc {
        let auc = self.auc;
        let slope = auc * (1.0 - auc);
        let (mut lower, mut upper) = (auc, auc);
        if slope > 0.0 && self.variance > 0.0 {
            let log_odds = (auc / (1.0 - auc)).ln();
            let margin = standard_errors * self.variance.sqrt() / slope;
            lower = logistic(log_odds - margin);
            upper = logistic(log_odds + margin);
        }
        Auc { auc, lower, upper }
    }
}

/// All rows with the same prediction.
#[derive(Clone, Copy, Debug)]
struct Tie {
    score: f64,
    positives: u64,
    negatives: u64,
}

impl Tie {
    fn count(&self) -> u64 {
        self.positives + self.negatives
    }
}

impl<const MOST: usize> Ranking<MOST> {
    /// Adds a prediction and whether it came true.
    ///
    /// # Errors
    ///
    /// When the prediction is not a probability, or there is no memory for it.
    pub fn add(&mut self, score: f64, outcome: bool) -> Result<()> {
        if !(0.0..=1.0).contains(&score) {
            return Err(Error::argument(
                "score",
                format!("must be a probability from 0 to 1, got {score}"),
            ));
        }
        self.push(score, outcome)
    }

    /// Adds a score of any scale, of which only the order is judged, and whether it came true.
    ///
    /// # Errors
    ///
    /// When the score is not finite, or there is no memory for it.
    pub fn add_score(&mut self, score: f64, outcome: bool) -> Result<()> {
        if !score.is_finite() {
            return Err(Error::argument(
                "score",
                format!("must be finite, got {score}"),
            ));
        }
        self.push(score, outcome)
    }

    fn push(&mut self, score: f64, outcome: bool) -> Result<()> {
        let side = if outcome {
            &mut self.positive
        } else {
            &mut self.negative
        };
        side.add(score)
    }

    /// Adds everything that `other` collected.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        self.positive.merge(&other.positive)?;
        self.negative.merge(&other.negative)
    }

    /// The measures; `None` unless there are both positives and negatives, without which
    /// nothing can be ranked.
    ///
    /// # Errors
    ///
    /// When there is no memory for the distinct predictions.
    pub fn finish(&mut self) -> Result<Option<Quality>> {
        let Some((ties, positives, all)) = self.ties()? else {
            return Ok(None);
        };
        Ok(Some(Quality {
            auc: auc(&ties, positives, all - positives),
            average_precision: average_precision(&ties, positives),
            brier: brier(&ties, all),
            calibration_error: calibration_error(&ties, all),
        }))
    }

    /// The measures of the order; `None` unless there are both positives and negatives.
    ///
    /// # Errors
    ///
    /// When there is no memory for the distinct predictions.
    pub fn order(&mut self) -> Result<Option<Order>> {
        let Some((ties, positives, all)) = self.ties()? else {
            return Ok(None);
        };
        Ok(Some(Order {
            auc: auc(&ties, positives, all - positives),
            average_precision: average_precision(&ties, positives),
            lift_top5: lift(&ties, positives, all, 0.05),
            lift_top10: lift(&ties, positives, all, 0.10),
        }))
    }

    /// The distinct predictions in ascending order, the number of positives and that of all;
    /// `None` unless there are both positives and negatives.
    fn ties(&mut self) -> Result<Option<(Vec<Tie>, u64, u64)>> {
        // Only what is told apart on both sides is told apart.
        let dropped = self.positive.dropped()?.max(self.negative.dropped()?);
        let tie = |range: &Range<u64>, positives, negatives| Tie {
            score: f64::midpoint(range.lowest(), range.highest()),
            positives,
            negatives,
        };
        let positive = self.positive.ranges_of(dropped);
        let negative = self.negative.ranges_of(dropped);
        let mut positive = positive.map(|same| tie(&same, same.tally, 0)).peekable();
        let mut negative = negative.map(|same| tie(&same, 0, same.tally)).peekable();
        let (mut ties, mut positives, mut all) = (Vec::<Tie>::new(), 0, 0);
        loop {
            let first = match (positive.peek(), negative.peek()) {
                (Some(a), Some(b)) if a.score <= b.score => positive.next(),
                (_, Some(_)) => negative.next(),
                _ => positive.next(),
            };
            let Some(tie) = first else { break };
            positives += tie.positives;
            all += tie.count();
            match ties.last_mut() {
                Some(last) if last.score == tie.score => {
                    last.positives += tie.positives;
                    last.negatives += tie.negatives;
                }
                _ => push(&mut ties, tie)?,
            }
        }
        Ok((positives > 0 && positives < all).then_some((ties, positives, all)))
    }
}

/// The AUC of several rankings and the variance that comes from who is ranked; `None` with fewer
/// than two positives or negatives, whose variation is not known. A perfect ranking has none. Each
/// ranking has positives of its own, and all rank the same negatives, in the same order, as in a
/// cross-validation whose models each hide one fold of the positives. Only scores of the same model
/// are compared.
///
/// # Formula
///
/// DeLong, DeLong & Clarke-Pearson (1988), *Biometrics* 44, equations 4 to 6: the variance is
/// S₁₀/P + S₀₁/N, S₁₀ the sample variance of the share of negatives below each positive, S₀₁
/// that of the share of positives above each negative, ties counting half, and each positive
/// being compared within its ranking. The shares come from ranks: Sun & Xu (2014), *IEEE Signal
/// Processing Letters* 21.
///
/// # Errors
///
/// When there is no memory for the sorted scores.
pub fn pooled_auc(rankings: &[(Vec<f64>, Vec<f64>)]) -> Result<Option<Estimate>> {
    let positives: usize = rankings.iter().map(|(positive, _)| positive.len()).sum();
    let negatives = rankings.first().map_or(0, |(_, negative)| negative.len());
    if positives < 2 || negatives < 2 {
        return Ok(None);
    }
    let mut won = with_room(positives)?;
    let mut lost = filled(0.0, negatives)?;
    for (positive, negative) in rankings {
        let (above, below) = (sorted(positive)?, sorted(negative)?);
        extend(&mut won, above.iter().map(|score| wins(&below, score)))?;
        for (lost, score) in lost.iter_mut().zip(negative) {
            *lost += above.len() as f64 - wins(&above, score);
        }
    }
    let (p, n) = (positives as f64, negatives as f64);
    // Whole and half numbers add up exactly.
    let auc = won.iter().sum::<f64>() / (p * n);
    let variance = |counts: &[f64], of: f64| {
        let mut squares = Sum::default();
        for count in counts {
            squares.add((count / of - auc).powi(2));
        }
        squares.value() / (counts.len() as f64 - 1.0)
    };
    Ok(Some(Estimate {
        auc,
        variance: variance(&won, n) / p + variance(&lost, p) / n,
    }))
}

/// The scores in ascending order, for [`wins`].
///
/// # Errors
///
/// When there is no memory for them.
pub fn sorted(scores: &[f64]) -> Result<Vec<f64>> {
    let mut scores = copied(scores)?;
    scores.sort_unstable_by(f64::total_cmp);
    Ok(scores)
}

/// How many of the sorted scores are lower, ties counting half.
pub fn wins(sorted: &[f64], score: &f64) -> f64 {
    let lower = sorted.partition_point(|other| other < score);
    let not_higher = sorted.partition_point(|other| other <= score);
    (lower + not_higher) as f64 / 2.0
}

/// # Formula
///
/// U / (P·N), where U counts the pairs of a positive and a negative in which the positive
/// has the higher prediction, and half of the tied ones. Mann & Whitney (1947); Hanley &
/// McNeil (1982), *Radiology* 143, for its meaning as the area under the ROC curve.
fn auc(ties: &[Tie], positives: u64, negatives: u64) -> f64 {
    let mut below = 0;
    let mut twice_u = 0_u128;
    for tie in ties {
        twice_u += u128::from(tie.positives) * u128::from(2 * below + tie.negatives);
        below += tie.negatives;
    }
    twice_u as f64 / (2.0 * positives as f64 * negatives as f64)
}

/// # Formula
///
/// Σ (Rₖ − Rₖ₋₁)·Pₖ over the distinct predictions from the highest down, Pₖ and Rₖ being the
/// precision and recall of everyone predicted at least as high. Not interpolated. Su, Yuan
/// & Zhu (2015), "A relationship between the average precision and the area under the ROC
/// curve", ICTIR; with ties as in `average_precision_score` of scikit-learn.
fn average_precision(ties: &[Tie], positives: u64) -> f64 {
    let (mut found, mut taken) = (0, 0);
    let mut sum = Sum::default();
    for tie in ties.iter().rev() {
        found += tie.positives;
        taken += tie.count();
        sum.add(tie.positives as f64 * (found as f64 / taken as f64));
    }
    sum.value() / positives as f64
}

/// # Formula
///
/// Positives in the head over P·share, the number expected by chance; the head is the share·n
/// highest. A tie at its border, or a fraction of a row, counts with its expected positives. Ling &
/// Li (1998), "Data mining for direct marketing: problems and solutions", KDD.
fn lift(ties: &[Tie], positives: u64, n: u64, share: f64) -> f64 {
    let mut room = share * n as f64;
    let mut found = Sum::default();
    for tie in ties.iter().rev() {
        let taken = room.min(tie.count() as f64);
        found.add(tie.positives as f64 * (taken / tie.count() as f64));
        room -= taken;
        if room <= 0.0 {
            break;
        }
    }
    found.value() / (share * positives as f64)
}

/// # Formula
///
/// Σ (p − y)² / n. Brier (1950), *Monthly Weather Review* 78, with one class counted.
fn brier(ties: &[Tie], n: u64) -> f64 {
    let mut sum = Sum::default();
    for tie in ties {
        let (hit, miss) = (1.0 - tie.score, tie.score);
        sum.add(tie.positives as f64 * hit * hit + tie.negatives as f64 * miss * miss);
    }
    sum.value() / n as f64
}

/// # Formula
///
/// Σ_b (n_b/n)·|mean p − mean y| over ten groups: a prediction is in group ⌊10·w/n⌋, w of
/// the n predictions being strictly lower, so that equal predictions stay together. Naeini,
/// Cooper & Hauskrecht (2015), "Obtaining well calibrated probabilities using Bayesian
/// binning", AAAI, expected calibration error with bins of equal frequency.
fn calibration_error(ties: &[Tie], n: u64) -> f64 {
    let (mut lower, mut group) = (0, 0);
    let (mut error, mut difference) = (Sum::default(), Sum::default());
    for tie in ties {
        let next = CALIBRATION_BINS * lower / n;
        if next != std::mem::replace(&mut group, next) {
            error.add(std::mem::take(&mut difference).value().abs());
        }
        // The difference of the sums is n_b times the difference of the means.
        difference.add(tie.count() as f64 * tie.score);
        difference.add(-(tie.positives as f64));
        lower += tie.count();
    }
    error.add(difference.value().abs());
    error.value() / n as f64
}

#[cfg(test)]
#[path = "ranking_tests.rs"]
mod tests;
