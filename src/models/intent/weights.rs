//! Weights: how much a purchase of one product raises the score for a label.

use crate::error::Result;

use crate::models::numerics::bytes::{Packed, Reader, Slice};

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
    /// By label: customers who bought it.
    pub label_buyers: Slice<'a, u32>,
    /// By product: customers who bought it.
    pub product_buyers: Slice<'a, u32>,
    /// By product: where its terms begin; one more than there are products.
    starts: Slice<'a, u32>,
    terms: Slice<'a, Term>,
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
        Ok(Self {
            until: reader.value()?,
            customers: reader.value()?,
            mean_activity: reader.value()?,
            mean_breadth: reader.value()?,
            label_buyers: reader.slice()?,
            product_buyers: reader.slice()?,
            starts: reader.slice()?,
            terms: reader.slice()?,
            common_buyers: reader.slice()?,
        })
    }

    /// The terms of `product`, by ascending label, each with its number.
    #[inline]
    pub fn of(&self, product: u32) -> impl Iterator<Item = (usize, Term)> + 'a {
        let product = product as usize;
        let at = |index| self.starts.get(index).unwrap_or_default() as usize;
        let start = at(product);
        let terms = self.terms.range(start, at(product + 1)).chunks();
        (start..).zip(terms.iter().map(Term::from_bytes))
    }

    /// How many labels there are.
    pub fn labels(&self) -> usize {
        self.label_buyers.len()
    }
}
