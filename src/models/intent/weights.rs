//! Weights: how much a purchase of one product raises the score for a label.

use crate::error::Result;
use crate::models::numerics::bytes::{Lists, Packed, Reader, Slice, sound};
use crate::models::numerics::checks::is_finite;

/// The most labels: the macros allow no more, and each takes a histogram.
pub const MOST_LABELS: usize = 1_000;

/// The weights of all products for all labels, from the purchases up to one day, packed.
#[derive(Clone, Copy)]
pub struct Weights<'a> {
    /// The last day that was looked at.
    pub until: i32,
    /// Customers with an order line.
    pub customers: u32,
    /// The mean of their activity.
    pub mean_activity: f64,
    /// The mean of their breadth.
    pub mean_breadth: f64,
    /// How many products there are, bought or not.
    pub products: u32,
    /// By label: customers who bought it.
    pub label_buyers: Slice<'a, u32>,
    /// By product: customers who bought it. Nobody bought those behind the last.
    pub product_buyers: Slice<'a, u32>,
    /// By product: its terms.
    terms: Lists<'a, Term>,
    /// By term: customers who bought the product and the label.
    pub common_buyers: Slice<'a, u32>,
}

/// The weights of one product for one label. An `f32` is precise enough, and the weights of many
/// labels stay in the processor's cache.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The label.
    pub label: u32,
    /// The weight for those who have not bought the label.
    pub weight: f32,
    /// The weight for those who have; each is left out of the counts.
    pub weight_without_self: f32,
}

impl Packed for Term {
    const SIZE: usize = 12;
    fn append(self, to: &mut Vec<u8>) {
        self.label.append(to);
        self.weight.append(to);
        self.weight_without_self.append(to);
    }
    fn parse(bytes: &[u8]) -> Self {
        let mut term = [0; Self::SIZE];
        term.copy_from_slice(bytes);
        Self::from_bytes(&term)
    }
}

impl Term {
    #[inline]
    fn from_bytes(bytes: &[u8; Self::SIZE]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
        Self {
            label: u32::from_le_bytes([a, b, c, d]),
            weight: f32::from_le_bytes([e, f, g, h]),
            weight_without_self: f32::from_le_bytes([i, j, k, l]),
        }
    }
}

impl<'a> Weights<'a> {
    /// Opens what [`pack`](super::weighing::pack) packed.
    ///
    /// # Errors
    ///
    /// When it was not packed so.
    pub fn open(reader: &mut Reader<'a>) -> Result<Self> {
        let weights = Self {
            until: reader.value()?,
            customers: reader.value()?,
            mean_activity: reader.value()?,
            mean_breadth: reader.value()?,
            products: reader.value()?,
            label_buyers: reader.slice()?,
            product_buyers: reader.slice()?,
            terms: Lists::open(reader)?,
            common_buyers: reader.slice()?,
        };
        sound(weights.is_sound())?;
        Ok(weights)
    }

    /// All but the terms, which are many, and checked as they are read.
    fn is_sound(&self) -> bool {
        let mut buyers = self.label_buyers.iter().chain(self.product_buyers.iter());
        let means = [self.mean_activity, self.mean_breadth];
        is_finite(self.until)
            && means.iter().all(|mean| (0.0..f64::INFINITY).contains(mean))
            && self.labels() <= MOST_LABELS
            && self.product_buyers.len() <= self.products as usize
            && self.terms.len() == self.product_buyers.len()
            && self.common_buyers.len() == self.terms.values().len()
            && buyers.all(|buyers| buyers <= self.customers)
    }

    /// The terms of `product`, by ascending label, each with its number.
    #[inline]
    pub fn of(&self, product: u32) -> impl Iterator<Item = (usize, Term)> + 'a {
        let range = self.terms.range(product as usize);
        let terms = self.terms.values().range(range.start, range.end).chunks();
        range.zip(terms.iter().map(Term::from_bytes))
    }

    /// How many labels there are.
    pub fn labels(&self) -> usize {
        self.label_buyers.len()
    }
}
