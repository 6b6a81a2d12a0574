//! Weights: how much a purchase of one product raises the score for a label.

use crate::error::Result;
use crate::models::numerics::bytes::{Lists, Packed, Reader, Slice, foreign, sound};
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
    /// What the products say about the labels.
    terms: Terms<'a>,
    /// By term: customers who bought the product and the label.
    pub common_buyers: Slice<'a, u32>,
}

/// The terms, in whichever form takes less room. Rows of a table are read many labels at a time.
#[derive(Clone, Copy)]
enum Terms<'a> {
    /// By product: its terms.
    Lists(Lists<'a, Term>),
    /// By product and label: `weight` and `weight_without_self`, both 0 where there is no term.
    Table([Slice<'a, f32>; 2]),
}

/// With fewer labels than this there is nothing to read at a time, and no table.
const LEAST_TABLE_LABELS: usize = 4;

/// Whether so many terms of so many products and labels are packed as a table, which has no numbers
/// of labels but zeros.
pub(super) fn is_table(terms: usize, products: usize, labels: usize) -> bool {
    let (listed, table) = (Term::SIZE + u32::SIZE, 2 * f32::SIZE + u32::SIZE);
    labels >= LEAST_TABLE_LABELS && products * labels * table <= terms * listed
}

/// The weights of one product for all labels, by label: `weight` and `weight_without_self`.
pub type Row<'a> = [&'a [[u8; f32::SIZE]]; 2];

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
            terms: match reader.value::<u8>()? {
                0 => Terms::Lists(Lists::open(reader)?),
                1 => Terms::Table([reader.slice()?, reader.slice()?]),
                _ => return Err(foreign()),
            },
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
            && self.has_all_terms()
            && buyers.all(|buyers| buyers <= self.customers)
    }

    fn has_all_terms(&self) -> bool {
        let (products, common) = (self.product_buyers.len(), self.common_buyers.len());
        match self.terms {
            Terms::Lists(lists) => lists.len() == products && lists.values().len() == common,
            Terms::Table(table) => {
                let pairs = products * self.labels();
                let sizes = [table[0].len(), table[1].len(), common];
                self.labels() >= LEAST_TABLE_LABELS && sizes == [pairs; 3]
            }
        }
    }

    /// The terms of `product`, by ascending label, each with its number; none where they are a
    /// [row](Self::row).
    #[inline]
    pub fn of(&self, product: u32) -> impl Iterator<Item = (usize, Term)> + 'a {
        let (range, terms) = match self.terms {
            Terms::Lists(lists) => {
                let range = lists.range(product as usize);
                let terms = lists.values().range(range.start, range.end).chunks();
                (range, terms)
            }
            Terms::Table(_) => (0..0, &[][..]),
        };
        range.zip(terms.iter().map(Term::from_bytes))
    }

    /// The row of `product` in the table, and the number of its first term; empty for a product that
    /// nobody bought, `None` where there is no table.
    #[inline]
    pub fn row(&self, product: u32) -> Option<(usize, Row<'a>)> {
        let Terms::Table(table) = self.terms else {
            return None;
        };
        let start = product as usize * self.labels();
        let row = table.map(|weights| weights.range(start, start + self.labels()).chunks());
        Some((start, row))
    }

    /// How many labels there are.
    pub fn labels(&self) -> usize {
        self.label_buyers.len()
    }
}
