//! The products to offer to one customer.

use super::matrix::Matrix;
use super::neighbours::NeighbourWeights;
use crate::error::Result;
use crate::models::intent::basket::Basket;
use crate::models::intent::decay::Decay;
use crate::models::numerics::bytes::{Reader, Slice, Writer};
use crate::models::numerics::memory::{append, collected, lengthen, push, with_room};

/// Why a product is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The customer bought it before.
    Own,
    /// Buyers of what the customer bought also bought it.
    Similar,
    /// Many bought it lately.
    Popular,
}

impl Source {
    /// The SQL labels.
    pub const LABELS: [&'static str; 3] = ["own", "similar", "popular"];
}

/// A product to offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// The product.
    pub product: u32,
    /// Comparable among offers of one source.
    pub score: f64,
    /// The bought product that adds most to the score.
    pub because: Option<u32>,
    /// Why it is offered.
    pub source: Source,
}

/// Packs what all customers share: which products may be offered, their trend, and the popular
/// ones in order.
///
/// # Formula
///
/// trend = (Σ over buyers 2^(−age of their last purchase/H) + 1) / (buyers + 4): near one for what
/// sells now, near none for what is out of season or out of stock.
///
/// # Errors
///
/// When there is no memory for it.
pub fn pack_catalogue(
    options: Options,
    matrix: &Matrix,
    allowed: impl Iterator<Item = bool>,
) -> Result<Vec<u8>> {
    let allowed: Vec<u32> = collected(allowed.map(u32::from))?;
    let trend = matrix
        .recent
        .iter()
        .zip(matrix.buyers.iter())
        .map(|(recent, buyers)| (recent + 1.0) / (f64::from(buyers) + 4.0));
    let recent = matrix.recent.iter().zip(0_u32..);
    let mut popular =
        collected(recent.filter(|&(_, product)| allowed.get(product as usize) == Some(&1)))?;
    popular.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut writer = Writer::default();
    writer.value(options.as_of)?;
    writer.value(options.horizon)?;
    writer.value(options.top)?;
    writer.value(u32::from(options.only_new))?;
    writer.slice(allowed.into_iter())?;
    writer.slice(trend)?;
    writer.slice(popular.iter().map(|&(recent, _)| recent))?;
    writer.slice(popular.iter().map(|&(_, product)| product))?;
    Ok(writer.finish())
}

/// What all customers share.
#[derive(Clone, Copy)]
pub struct Catalogue<'a> {
    /// The options of the call.
    pub options: Options,
    allowed: Slice<'a, u32>,
    trend: Slice<'a, f64>,
    popularity: Slice<'a, f64>,
    popular: Slice<'a, u32>,
}

impl<'a> Catalogue<'a> {
    /// Opens what [`pack_catalogue`] packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let options = Options {
            as_of: reader.value()?,
            horizon: reader.value()?,
            top: reader.value()?,
            only_new: reader.value::<u32>()? != 0,
        };
        Ok(Self {
            options,
            allowed: reader.slice()?,
            trend: reader.slice()?,
            popularity: reader.slice()?,
            popular: reader.slice()?,
        })
    }

    fn allows(&self, product: u32) -> bool {
        self.allowed.get(product as usize) == Some(1)
    }

    fn trend(&self, product: u32) -> f64 {
        self.trend.get(product as usize).unwrap_or_default()
    }
}

/// The options of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Today.
    pub as_of: i32,
    /// The horizon, in days.
    pub horizon: i32,
    /// How many products.
    pub top: u32,
    /// Whether to leave out what the customer has bought.
    pub only_new: bool,
}

/// How baskets are read.
#[derive(Clone, Debug)]
pub struct OfferReading {
    options: Options,
    /// For purchases of the product itself.
    own: Decay,
    /// For purchases of other products.
    taste: Decay,
}

impl OfferReading {
    /// A purchase counts half after two horizons for the product itself, after four for other
    /// products.
    pub fn new(options: Options) -> Self {
        let horizon = f64::from(options.horizon);
        Self {
            options,
            own: Decay::new(2.0 * horizon),
            taste: Decay::new(4.0 * horizon),
        }
    }
}

/// Sums for one customer at a time, in arrays that are reused.
#[derive(Default)]
pub struct Scratch {
    scores: Vec<f64>,
    strongest: Vec<(f64, u32)>,
    touched: Vec<u32>,
}

/// The best products for a customer: first what they buy again, then what buyers of the same
/// products bought, then what is popular.
///
/// # Formula
///
/// Own: trend·Σ over purchase days 2^(−age/2H). New: trend·Σ_j β_j·2^(−age_j/4H) over the products
/// bought, β as in [`super::neighbours`].
///
/// # Errors
///
/// When there is no memory for them.
pub fn offers(
    basket: Basket,
    weights: &NeighbourWeights,
    catalogue: &Catalogue,
    reading: &OfferReading,
    scratch: &mut Scratch,
) -> Result<Vec<Offer>> {
    let options = reading.options;
    let (now, top) = (options.as_of, options.top as usize);
    let mut bought = with_room(basket.most_products())?;
    let mut offers = Vec::new();
    for product in basket.products(now) {
        push(&mut bought, product.number)?;
        if !options.only_new && catalogue.allows(product.number) {
            let days: f64 = product.days().map(|day| reading.own.of(day, now)).sum();
            let offer = Offer {
                product: product.number,
                score: catalogue.trend(product.number) * days,
                because: Some(product.number),
                source: Source::Own,
            };
            push(&mut offers, offer)?;
        }
    }
    keep_best(&mut offers, top);
    if offers.len() < top {
        let mut similar = scratch.similar(basket, weights, catalogue, reading, &bought)?;
        keep_best(&mut similar, top - offers.len());
        append(&mut offers, &similar)?;
    }
    for (product, score) in catalogue.popular.iter().zip(catalogue.popularity.iter()) {
        if offers.len() >= top {
            break;
        }
        let known = bought.binary_search(&product).is_ok()
            || offers.iter().any(|offer| offer.product == product);
        if !known {
            let offer = Offer {
                product,
                score,
                because: None,
                source: Source::Popular,
            };
            push(&mut offers, offer)?;
        }
    }
    Ok(offers)
}

impl Scratch {
    fn similar(
        &mut self,
        basket: Basket,
        weights: &NeighbourWeights,
        catalogue: &Catalogue,
        reading: &OfferReading,
        bought: &[u32],
    ) -> Result<Vec<Offer>> {
        // Nothing is left of the last customer unless that one ended in an error.
        for product in self.touched.drain(..) {
            self.scores[product as usize] = 0.0;
            self.strongest[product as usize] = (0.0, 0);
        }
        // Of another shop they may be longer.
        lengthen(&mut self.scores, weights.width(), 0.0)?;
        lengthen(&mut self.strongest, weights.width(), (0.0, 0))?;
        let now = reading.options.as_of;
        for product in basket.products(now) {
            let decay = reading.taste.of(product.last(), now);
            for term in weights.of(product.number) {
                let index = term.product as usize;
                let (Some(score), Some(strongest)) =
                    (self.scores.get_mut(index), self.strongest.get_mut(index))
                else {
                    continue;
                };
                let share = term.weight * decay;
                // A score of exactly zero is as good as untouched.
                if *score == 0.0 {
                    push(&mut self.touched, term.product)?;
                }
                *score += share;
                if share > strongest.0 {
                    *strongest = (share, product.number);
                }
            }
        }
        let mut offers = with_room(self.touched.len())?;
        for product in self.touched.drain(..) {
            let score = std::mem::take(&mut self.scores[product as usize]);
            let (_, because) = std::mem::take(&mut self.strongest[product as usize]);
            if score > 0.0 && catalogue.allows(product) && bought.binary_search(&product).is_err() {
                let offer = Offer {
                    product,
                    score: score * catalogue.trend(product),
                    because: Some(because),
                    source: Source::Similar,
                };
                push(&mut offers, offer)?;
            }
        }
        Ok(offers)
    }
}

fn keep_best(offers: &mut Vec<Offer>, count: usize) {
    let best = |a: &Offer, b: &Offer| b.score.total_cmp(&a.score).then(a.product.cmp(&b.product));
    if offers.len() > count && count > 0 {
        offers.select_nth_unstable_by(count - 1, best);
    }
    offers.truncate(count);
    offers.sort_unstable_by(best);
}
