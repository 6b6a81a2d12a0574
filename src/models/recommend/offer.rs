//! The products to offer to one customer.

use super::matrix::Matrix;
use super::neighbours::NeighbourWeights;
use crate::error::{Error, Result};
use crate::models::intent::basket::Basket;
use crate::models::intent::decay::Decay;
use crate::models::intent::reading::checked_horizon;
use crate::models::numerics::bytes::{Reader, Slice, Writer, foreign, sound};
use crate::models::numerics::checks::{finite_day, within};
use crate::models::numerics::memory::{
    append, collected, lengthen, push, try_collected, with_room,
};

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
/// When an option is out of range, `allowed` does not say yes or no to every product, or there is
/// no memory for it.
pub fn pack_catalogue(
    options: Options,
    matrix: &Matrix,
    allowed: impl ExactSizeIterator<Item = Option<bool>>,
) -> Result<Vec<u8>> {
    options.validate()?;
    if allowed.len() != matrix.products as usize {
        let problem = format!("must say yes or no to each of {} products", matrix.products);
        return Err(Error::argument("allowed", problem));
    }
    let is_weight = |recent: f64| (0.0..f64::INFINITY).contains(&recent);
    sound(matrix.recent.iter().all(is_weight))?;
    let unknown = || Error::argument("allowed", "must not be NULL");
    let allowed = allowed.map(|allowed| allowed.map(u32::from).ok_or_else(unknown));
    let allowed = try_collected(allowed)?;
    let recent = |product: usize| matrix.recent.get(product).unwrap_or_default();
    let trend = (0..allowed.len()).map(|product| {
        let buyers = matrix.buyers.get(product).unwrap_or_default();
        (recent(product) + 1.0) / (f64::from(buyers) + 4.0)
    });
    let mut popular: Vec<(f64, u32)> = collected(
        (0..allowed.len() as u32)
            .filter(|&product| allowed[product as usize] == 1)
            .map(|product| (recent(product as usize), product)),
    )?;
    popular.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut writer = Writer::default();
    writer.value(options.as_of)?;
    writer.value(options.horizon)?;
    writer.value(options.top)?;
    writer.value(u32::from(options.only_new))?;
    writer.slice(allowed.iter().copied())?;
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
        let catalogue = Self {
            options,
            allowed: reader.slice()?,
            trend: reader.slice()?,
            popularity: reader.slice()?,
            popular: reader.slice()?,
        };
        reader.end()?;
        let products = catalogue.allowed.len();
        let (popular, popularity) = (catalogue.popular.len(), catalogue.popularity.len());
        sound(catalogue.trend.len() == products && popular == popularity && popular <= products)?;
        sound(options.validate().is_ok())?;
        Ok(catalogue)
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

impl Options {
    /// Checks options that may come from anywhere.
    fn validate(&self) -> Result<()> {
        finite_day("as_of", self.as_of)?;
        checked_horizon(self.horizon)?;
        within("top", self.top, 1..=MOST_OFFERS)?;
        Ok(())
    }
}

/// The most products that are offered to a customer.
const MOST_OFFERS: u32 = 1_000;

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
/// When the basket has a product that the catalogue does not know, or that was not made from a
/// matrix, or there is no memory for the offers.
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
        sound((product.number as usize) < catalogue.allowed.len())?;
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
    // Each is met once at most, as none is popular twice.
    let mut known = bought.len() + offers.len();
    for (product, score) in catalogue.popular.iter().zip(catalogue.popularity.iter()) {
        if offers.len() >= top {
            break;
        }
        let is_known = bought.binary_search(&product).is_ok()
            || offers.iter().any(|offer| offer.product == product);
        if is_known {
            known = known.checked_sub(1).ok_or_else(foreign)?;
        } else {
            sound(catalogue.allows(product))?;
            let offer = Offer {
                product,
                score,
                because: None,
                source: Source::Popular,
            };
            push(&mut offers, offer)?;
        }
    }
    sound(offers.iter().all(|offer| offer.score.is_finite()))?;
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

#[cfg(test)]
#[path = "offer_tests.rs"]
mod tests;
