//! The products to offer to one customer.

use super::matrix::Matrix;
use super::neighbours::NeighbourWeights;
use crate::error::{Error, Result};
use crate::models::intent::basket::Basket;
use crate::models::intent::decay::Decay;
use crate::models::intent::reading::checked_horizon;
use crate::models::numerics::bytes::{Reader, Slice, Writer, foreign, sound};
use crate::models::numerics::checks::{finite_day, within};
use crate::models::numerics::memory::{collected, lengthen, push, try_collected, with_room};

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

/// Packs what all customers share: which products may be offered, their categories and trend, and
/// the popular ones in order.
///
/// # Formula
///
/// trend = (Σ over buyers 2^(−age of their last purchase/H) + 1) / (buyers + 4): near one for what
/// sells now, near none for what is out of season or out of stock.
///
/// # Errors
///
/// When an option is out of range, `allowed` does not say yes or no to every product, `categories`
/// does not have a number or NULL for each, or there is no memory for it.
pub fn pack_catalogue(
    mut options: Options,
    matrix: &Matrix,
    allowed: impl ExactSizeIterator<Item = Option<bool>>,
    categories: impl ExactSizeIterator<Item = Option<i32>>,
) -> Result<Vec<u8>> {
    options.validate()?;
    if allowed.len() != matrix.products as usize {
        let problem = format!("must say yes or no to each of {} products", matrix.products);
        return Err(Error::argument("allowed", problem));
    }
    if categories.len() != allowed.len() {
        let problem = format!("must have a value for each of {} products", matrix.products);
        return Err(Error::argument("categories", problem));
    }
    let is_weight = |recent: f64| (0.0..f64::INFINITY).contains(&recent);
    sound(matrix.recent.iter().all(is_weight))?;
    let unknown = || Error::argument("allowed", "must not be NULL");
    let allowed = allowed.map(|allowed| allowed.map(u32::from).ok_or_else(unknown));
    let allowed = try_collected(allowed)?;
    let numbers = 0..=matrix.products.cast_signed();
    let categories = categories.map(|category| match category {
        None => Ok(NO_CATEGORY),
        Some(number) => within("categories", number, numbers.clone()).map(i32::cast_unsigned),
    });
    let categories: Vec<u32> = try_collected(categories)?;
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
    // Nobody gets more than fits into the categories; whoever has that many needs no further look.
    let mut room = CategoryRoom::default();
    room.prepare(allowed.len(), options.most_per_category)?;
    let mut most = 0;
    for &(_, product) in &popular {
        most += u32::from(room.take(categories[product as usize])?);
    }
    options.top = options.top.min(most.max(1));
    let mut writer = Writer::default();
    writer.value(options.as_of)?;
    writer.value(options.horizon)?;
    writer.value(options.top)?;
    writer.value(options.most_own)?;
    writer.value(options.most_per_category)?;
    writer.slice(allowed.iter().copied())?;
    writer.slice(categories.iter().copied())?;
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
    categories: Slice<'a, u32>,
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
            most_own: reader.value()?,
            most_per_category: reader.value()?,
        };
        let catalogue = Self {
            options,
            allowed: reader.slice()?,
            categories: reader.slice()?,
            trend: reader.slice()?,
            popularity: reader.slice()?,
            popular: reader.slice()?,
        };
        reader.end()?;
        let products = catalogue.allowed.len();
        let (popular, popularity) = (catalogue.popular.len(), catalogue.popularity.len());
        sound(catalogue.trend.len() == products && catalogue.categories.len() == products)?;
        sound(popular == popularity && popular <= products)?;
        sound(options.validate().is_ok())?;
        Ok(catalogue)
    }

    fn allows(&self, product: u32) -> bool {
        self.allowed.get(product as usize) == Some(1)
    }

    fn category(&self, product: u32) -> u32 {
        self.categories.get(product as usize).unwrap_or(NO_CATEGORY)
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
    /// How many of them may be products that the customer has bought.
    pub most_own: u32,
    /// How many of them may be of one category.
    pub most_per_category: u32,
}

impl Options {
    /// Checks options that may come from anywhere.
    fn validate(&self) -> Result<()> {
        finite_day("as_of", self.as_of)?;
        checked_horizon(self.horizon)?;
        within("top", self.top, 1..=MOST_OFFERS)?;
        within("most_own", self.most_own, 0..=MOST_OFFERS)?;
        within("most_per_category", self.most_per_category, 1..=MOST_OFFERS)?;
        Ok(())
    }
}

/// The most products that are offered to a customer.
const MOST_OFFERS: u32 = 1_000;

/// Instead of the category's number, of a product that has none.
const NO_CATEGORY: u32 = u32::MAX;

/// How many more offers of each category there may be.
#[derive(Default)]
struct CategoryRoom {
    most: u32,
    taken: Vec<u32>,
    touched: Vec<u32>,
}

impl CategoryRoom {
    /// For the next customer. Categories have lower numbers than there are products, or the same.
    fn prepare(&mut self, products: usize, most: u32) -> Result<()> {
        self.most = most;
        for category in self.touched.drain(..) {
            self.taken[category as usize] = 0;
        }
        lengthen(&mut self.taken, products + 1, 0)
    }

    /// Whether there is a place. What has no category always has one.
    fn has_place(&self, category: u32) -> bool {
        let taken = self.taken.get(category as usize);
        category == NO_CATEGORY || taken.is_none_or(|&taken| taken < self.most)
    }

    /// Takes a place, if there is one.
    fn take(&mut self, category: u32) -> Result<bool> {
        if category == NO_CATEGORY {
            return Ok(true);
        }
        let taken = self.taken.get_mut(category as usize).ok_or_else(foreign)?;
        if *taken >= self.most {
            return Ok(false);
        }
        if *taken == 0 {
            push(&mut self.touched, category)?;
        }
        *taken += 1;
        Ok(true)
    }
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
    room: CategoryRoom,
}

/// The best products for a customer: first what they buy again, then what buyers of the same
/// products bought, then what is popular. Of a category no more than the first that there is room
/// for.
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
    let mut own = Vec::new();
    for product in basket.products(now) {
        sound((product.number as usize) < catalogue.allowed.len())?;
        push(&mut bought, product.number)?;
        if options.most_own > 0 && catalogue.allows(product.number) {
            let days: f64 = product.days().map(|day| reading.own.of(day, now)).sum();
            let offer = Offer {
                product: product.number,
                score: catalogue.trend(product.number) * days,
                because: Some(product.number),
                source: Source::Own,
            };
            push(&mut own, offer)?;
        }
    }
    let mut room = std::mem::take(&mut scratch.room);
    room.prepare(catalogue.allowed.len(), options.most_per_category)?;
    let mut offers = Vec::new();
    let most_own = top.min(options.most_own as usize);
    add_best(&mut offers, &mut own, most_own, catalogue, &mut room)?;
    if offers.len() < top {
        let mut similar = scratch.similar(basket, weights, catalogue, reading, &bought)?;
        add_best(&mut offers, &mut similar, top, catalogue, &mut room)?;
    }
    // Each is met once at most, as none is popular twice.
    let mut known = bought.len() + offers.len();
    for (product, score) in catalogue.popular.iter().zip(catalogue.popularity.iter()) {
        if offers.len() >= top {
            break;
        }
        // The cheapest question first: where one category has room left, many others are passed.
        let category = catalogue.category(product);
        if !room.has_place(category) {
            continue;
        }
        let is_known = bought.binary_search(&product).is_ok()
            || offers.iter().any(|offer| offer.product == product);
        if is_known {
            known = known.checked_sub(1).ok_or_else(foreign)?;
        } else {
            room.take(category)?;
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
    scratch.room = room;
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

/// Adds the best candidates that there is room for, until there are `count` offers. Sorts no more of
/// the candidates than it needs.
fn add_best(
    offers: &mut Vec<Offer>,
    mut candidates: &mut [Offer],
    count: usize,
    catalogue: &Catalogue,
    room: &mut CategoryRoom,
) -> Result<()> {
    let best = |a: &Offer, b: &Offer| b.score.total_cmp(&a.score).then(a.product.cmp(&b.product));
    let mut next = count.saturating_sub(offers.len());
    while offers.len() < count && !candidates.is_empty() {
        next = next.min(candidates.len());
        if next < candidates.len() {
            candidates.select_nth_unstable_by(next - 1, best);
        }
        let (first, others) = candidates.split_at_mut(next);
        first.sort_unstable_by(best);
        for offer in first {
            if offers.len() < count && room.take(catalogue.category(offer.product))? {
                push(offers, *offer)?;
            }
        }
        candidates = others;
        next *= 2;
    }
    Ok(())
}

#[cfg(test)]
#[path = "offer_tests.rs"]
mod tests;
