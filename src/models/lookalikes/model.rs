//! How much a customer is like the seeds, and why.

use super::profile::{FEATURES, FIGURES, NAMES, Profile, features};
use crate::error::Result;
use crate::models::intent::basket::Basket;
use crate::models::intent::reading::Reading;
use crate::models::intent::weights::Weights;
use crate::models::numerics::bytes::{Reader, Writer, foreign, sound};
use crate::models::numerics::memory::{collected, grow, with_room};
use crate::models::numerics::ridge_logistic::RidgeLogistic;
use crate::models::purchases::purchases::PurchaseHistory;

/// How many reasons are given.
const REASONS: usize = 3;
/// A product that fewer seeds than this have bought is not given as a reason.
const LEAST_SEEDS: u32 = 3;

/// Tells seeds from others.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookalike {
    /// The model.
    pub ridge: RidgeLogistic<FEATURES>,
    /// The seeds' medians.
    pub seeds: [f64; FIGURES],
    /// The others' medians.
    pub others: [f64; FIGURES],
}

/// A customer outside the seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// Log odds, by which customers are ranked.
    pub log_odds: f64,
    /// The probability that somebody like this is a seed.
    pub probability: f64,
    /// The strongest reasons first.
    pub reasons: Vec<LikenessReason>,
}

/// What makes a customer like the seeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LikenessReason {
    /// What it is.
    pub feature: Feature,
    /// The customer's value; 1 for a product.
    pub value: f64,
    /// The seeds' median, or the share of them who bought the product.
    pub seeds: f64,
    /// The same of the others.
    pub others: f64,
    /// Its part in the log odds, compared with the average customer.
    pub contribution: f64,
}

/// What a reason is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Feature {
    /// One of [`NAMES`].
    Figure(&'static str),
    /// Having bought this product.
    Product(u32),
}

impl LikenessReason {
    /// Whether the value differs from the others in the seeds' direction. Without that, a positive
    /// part in the log odds only offsets another feature.
    fn is_alike(&self) -> bool {
        self.contribution > 0.0 && (self.value - self.others) * (self.seeds - self.others) > 0.0
    }
}

/// Keeps the strongest reasons in order; of equals the first stays first.
fn keep_strongest(reasons: &mut Vec<LikenessReason>) {
    for place in 0..REASONS.min(reasons.len()) {
        // The last of the greatest in reverse is the first of them.
        let rest = reasons.iter().enumerate().skip(place).rev();
        let strongest = rest.max_by(|a, b| a.1.contribution.total_cmp(&b.1.contribution));
        if let Some((strongest, _)) = strongest {
            reasons[place..=strongest].rotate_right(1);
        }
    }
    reasons.truncate(REASONS);
}

impl Lookalike {
    /// Packs the model for [`Lookalike::open`].
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    pub fn pack(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::default();
        self.ridge.pack(&mut writer)?;
        for value in self.seeds.iter().chain(&self.others) {
            writer.value(*value)?;
        }
        Ok(writer.finish())
    }

    /// Opens what [`Lookalike::pack`] packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let model = Self {
            ridge: RidgeLogistic::open(&mut reader)?,
            seeds: reader.array()?,
            others: reader.array()?,
        };
        reader.end()?;
        let mut medians = model.seeds.iter().chain(&model.others);
        sound(medians.all(|median| median.is_finite()))?;
        Ok(model)
    }

    /// How much a customer is like the seeds; `None` for a seed, and without an order.
    ///
    /// The part of the taste is divided among the products that it comes from.
    ///
    /// # Errors
    ///
    /// As those of [`Profile::new`], and when the model was not fitted to such customers, or there
    /// is no memory for the reasons.
    pub fn judge(
        &self,
        history: &PurchaseHistory,
        basket: Basket,
        weights: &Weights<'_>,
        reading: &Reading,
    ) -> Result<Option<Likeness>> {
        // A product has one term at most.
        let mut terms: Vec<(u32, u32, f64)> = with_room(basket.most_products())?;
        let profile = Profile::new(
            history,
            basket,
            weights,
            reading,
            |product, label, term, share| {
                let both = weights.common_buyers.get(term).unwrap_or_default();
                if label == 0 && both >= LEAST_SEEDS {
                    terms.push((product, both, share));
                }
            },
        )?;
        let Some(profile) = profile else {
            return Ok(None);
        };
        let seed = profile.intent.labels.first().ok_or_else(foreign)?;
        if seed.bought.is_some() {
            return Ok(None);
        }
        let features = features(&profile.figures, seed.similarity);
        let contributions = self.ridge.contributions(&features);
        let mut reasons: Vec<LikenessReason> =
            collected((0..FIGURES).map(|index| LikenessReason {
                feature: Feature::Figure(NAMES[index]),
                value: profile.figures[index],
                seeds: self.seeds[index],
                others: self.others[index],
                contribution: contributions[index],
            }))?;
        let seeds = weights.label_buyers.get(0).unwrap_or_default();
        let taste = contributions[FIGURES];
        grow(&mut reasons, terms.len())?;
        for (product, both, share) in terms {
            let buyers = weights.product_buyers.get(product as usize);
            let buyers = buyers.ok_or_else(foreign)?;
            let (others, not_seeds) = (buyers.saturating_sub(both), weights.customers - seeds);
            sound(both <= seeds.min(buyers) && others <= not_seeds)?;
            reasons.push(LikenessReason {
                feature: Feature::Product(product),
                value: 1.0,
                seeds: f64::from(both) / f64::from(seeds),
                others: f64::from(others) / f64::from(not_seeds),
                contribution: taste * share / seed.similarity,
            });
        }
        reasons.retain(LikenessReason::is_alike);
        keep_strongest(&mut reasons);
        let log_odds = self.ridge.log_odds(&features);
        sound(log_odds.is_finite())?;
        Ok(Some(Likeness {
            log_odds,
            probability: self.ridge.probability(&features),
            reasons,
        }))
    }
}
