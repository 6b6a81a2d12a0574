//! How well the model finds hidden seeds, and whether one feature alone would find them too.

use super::profile::NAMES;
use super::sample::{Group, LABELS, Member, Sample};
use crate::error::Result;
use crate::models::backtest::ranking::{Auc, Estimate, pooled_auc, sorted, wins};
use crate::models::intent::weights::Weights;
use crate::models::numerics::bytes::{foreign, sound};
use crate::models::numerics::memory::{collected, with_room};
use crate::models::numerics::student_t::t_975;

/// The factor of [`between_models`]. The models that are compared have all seen the seeds that they
/// are compared by, so they differ less than they would on new ones. Chosen by the simulations of
/// `benches/peers/coverage.py`.
const SPREAD_OF_MODELS: f64 = 2.0;

/// The AUC of hidden seeds against the others; `None` with fewer than two of either.
///
/// Every fold's model and weights count its hidden seeds as others, as unknown seeds would be. So a
/// hidden seed is treated like the customers whom it is compared with.
///
/// # Formula
///
/// The interval is for what the models would reach with other seeds of the same kind. Its variance
/// is that of [`pooled_auc`], which comes from who is ranked, and that of [`between_models`], which
/// comes from who was learnt from. Student's t has the degrees of freedom of Satterthwaite (1946),
/// *Biometrics Bulletin* 2, 110–114, of seeds − 1 and models − 1. The ends are those of
/// [`Estimate::interval`].
///
/// # Errors
///
/// When a figure is not finite.
pub fn hold_out(sample: &Sample) -> Result<Option<Auc>> {
    let mut rankings = with_room(LABELS)?;
    let mut won = with_room(LABELS)?;
    for fold in 1..LABELS {
        let seeds = || sample.seeds().members.iter();
        let hidden = || seeds().filter(|member| !member.has(fold));
        // Fewer seeds than folds leave some that hide nobody.
        if hidden().next().is_none() {
            continue;
        }
        let Some(model) = sample.fit(fold)? else {
            continue;
        };
        let score = |member: &Member| model.log_odds(&member.features(fold));
        let hidden = collected(hidden().map(score))?;
        let others = collected(sample.others().members.iter().map(score))?;
        let below = sorted(&others)?;
        let of_seeds = seeds().map(|seed| (hidden_in(seed), wins(&below, &score(seed))));
        won.push((fold, means(of_seeds, others.len())));
        rankings.push((hidden, others));
    }
    let Some(ranked) = pooled_auc(&rankings)? else {
        return Ok(None);
    };
    let learnt = between_models(&won);
    let estimate = Estimate {
        auc: ranked.auc,
        variance: ranked.variance + learnt,
    };
    let seeds = sample.seeds().members.len() as f64;
    let spread = ranked.variance.powi(2) / (seeds - 1.0)
        + learnt.powi(2) / (won.len() as f64 - 1.0).max(1.0);
    // A perfect ranking may have no variance, and t does not matter.
    let freedom = estimate.variance.powi(2) / spread;
    let quantile = if freedom > 0.0 { t_975(freedom) } else { 0.0 };
    Ok(Some(estimate.interval(quantile)))
}

/// The fold that hides a seed.
fn hidden_in(seed: &Member) -> usize {
    (1..LABELS).find(|&fold| !seed.has(fold)).unwrap_or(0)
}

/// The AUC of the seeds of each fold; NaN where it has none.
fn means(wins: impl Iterator<Item = (usize, f64)>, others: usize) -> [f64; LABELS] {
    let mut sums = [(0.0, 0.0); LABELS];
    for (fold, won) in wins {
        let (sum, seeds) = &mut sums[fold];
        *sum += won;
        *seeds += 1.0;
    }
    sums.map(|(sum, seeds)| sum / (seeds * others as f64))
}

/// The variance of the AUC that comes from which seeds the models were fitted to. Each of `won` is
/// a model: the fold that it did not see, and how well it ranks the seeds of every fold.
///
/// # Formula
///
/// 2·Σ(rⱼ − r̄)². rⱼ is how much better the model without fold j ranks the seeds of another fold
/// than all models that saw that one do, the mean over the other folds. The jackknife over five
/// folds has 4/5 in the place of the 2: Tukey (1958), *Annals of Mathematical Statistics* 29, 614.
/// [`SPREAD_OF_MODELS`] says why it counts more here.
fn between_models(won: &[(usize, [f64; LABELS])]) -> f64 {
    let mut gains = [(0.0, 0.0); LABELS];
    for judged in 1..LABELS {
        let saw = || {
            won.iter()
                .filter(|(fold, by_fold)| *fold != judged && by_fold[judged] >= 0.0)
        };
        let models = saw().count() as f64;
        let mean = saw()
            .map(|(_, by_fold)| by_fold[judged] / models)
            .sum::<f64>();
        for (fold, by_fold) in saw() {
            let (sum, count) = &mut gains[*fold];
            *sum += by_fold[judged] - mean;
            *count += 1.0;
        }
    }
    let gains = gains.iter().filter(|(_, count)| *count > 0.0);
    let gains = gains.map(|(sum, count)| sum / count);
    let mean = gains.clone().sum::<f64>() / (gains.clone().count() as f64).max(1.0);
    SPREAD_OF_MODELS * gains.map(|gain| (gain - mean).powi(2)).sum::<f64>()
}

/// The figure that alone tells best who is a seed, in either direction, and its AUC; of equals
/// the first. `None` with fewer than two seeds or others.
///
/// # Errors
///
/// When there is no memory for the figures.
pub fn telling_figure(sample: &Sample) -> Result<Option<(&'static str, f64)>> {
    let mut best: Option<(&str, f64)> = None;
    for (index, name) in NAMES.into_iter().enumerate() {
        let values = |group: &Group| collected(group.members.iter().map(|m| m.figures[index]));
        let Some(found) = pooled_auc(&[(values(sample.seeds())?, values(sample.others())?)])?
        else {
            return Ok(None);
        };
        let auc = found.auc.max(1.0 - found.auc);
        if best.is_none_or(|best| auc > best.1) {
            best = Some((name, auc));
        }
    }
    Ok(best)
}

/// The one product whose purchase best tells who is a seed, and its AUC; of equals the first.
/// `None` where no product has a weight for the seed.
///
/// # Formula
///
/// Two scores only: AUC = (1 + share of seeds − share of others who bought it) / 2.
///
/// # Errors
///
/// When the weights have no label that could be the seed, or were not made from counts.
pub fn telling_product(weights: &Weights<'_>) -> Result<Option<(u32, f64)>> {
    let seeds = weights.label_buyers.get(0).ok_or_else(foreign)?;
    let others = weights.customers - seeds;
    let mut best: Option<(u32, f64)> = None;
    for (product, buyers) in (0u32..).zip(weights.product_buyers.iter()) {
        let Some((number, _)) = weights.of(product).find(|(_, term)| term.label == 0) else {
            continue;
        };
        let both = weights.common_buyers.get(number).ok_or_else(foreign)?;
        sound((1..=seeds.min(buyers)).contains(&both))?;
        let share = f64::from(both) / f64::from(seeds);
        let of_others = f64::from(buyers - both) / f64::from(others.max(1));
        let auc = (1.0 + share - of_others) / 2.0;
        if best.is_none_or(|(_, highest)| auc > highest) {
            best = Some((product, auc));
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The AUC by fold, the first being that of no fold.
    fn by_fold(of: [f64; 5]) -> [f64; LABELS] {
        let mut all = [f64::NAN; LABELS];
        all[1..].copy_from_slice(&of);
        all
    }

    #[test]
    fn models_that_rank_alike_add_no_variance() {
        // A fold is hard or easy for all who saw it; how well it is found when hidden does not
        // matter.
        let models = [1, 2, 3, 4, 5].map(|fold| {
            let mut judged = by_fold([0.9, 0.5, 0.6, 0.7, 0.8]);
            judged[fold] = 0.1;
            (fold, judged)
        });
        assert!(between_models(&models) < 1e-30);
    }

    /// By hand: the model without the first fold is better by 0.1 for the four others, each of
    /// which has four models that saw it: 0.075 above their mean, and the others 0.025 below in
    /// three of their four folds. So r = 0.075, and −0.01875 four times; Σ(r − 0)² = 0.00703125.
    #[test]
    fn a_model_that_stands_out_adds_variance() {
        let models = [1, 2, 3, 4, 5].map(|fold| {
            let better = if fold == 1 { 0.1 } else { 0.0 };
            (fold, by_fold([0.6 + better; 5]))
        });
        let found = between_models(&models);
        assert!((found - 2.0 * 0.007_031_25).abs() < 1e-12, "{found}");
    }

    #[test]
    fn folds_without_seeds_are_left_out() {
        assert_eq!(between_models(&[]), 0.0);
        let two = [1, 2].map(|fold| (fold, by_fold([0.6, 0.7, f64::NAN, f64::NAN, f64::NAN])));
        assert_eq!(between_models(&two), 0.0);
    }
}
