//! How well the model finds hidden seeds, and whether one feature alone would find them too.

use super::profile::NAMES;
use super::sample::{Group, LABELS, Member, Sample};
use crate::error::Result;
use crate::models::backtest::ranking::{Auc, pooled_auc};
use crate::models::intent::weights::Weights;
use crate::models::numerics::bytes::{foreign, sound};
use crate::models::numerics::memory::{collected, with_room};

/// The AUC of hidden seeds against the others; `None` with fewer than two of either.
///
/// Every fold's model and weights count its hidden seeds as others, as unknown seeds would be. So a
/// hidden seed is treated like the customers whom it is compared with.
///
/// # Errors
///
/// When a figure is not finite.
pub fn hold_out(sample: &Sample) -> Result<Option<Auc>> {
    let mut rankings = with_room(LABELS)?;
    for fold in 1..LABELS {
        let Some(model) = sample.fit(fold)? else {
            continue;
        };
        let hidden = sample.seeds().members.iter();
        let hidden = hidden.filter(|member| !member.has(fold));
        let score = |member: &Member| model.log_odds(&member.features(fold));
        rankings.push((
            collected(hidden.map(score))?,
            collected(sample.others().members.iter().map(score))?,
        ));
    }
    pooled_auc(&rankings)
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
