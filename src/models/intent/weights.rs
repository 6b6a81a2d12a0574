//! How much a purchase of one product speaks for a label.

use crate::error::Result;
use crate::models::intent::counts::{Counts, Tally};
use crate::models::numerics::bytes::{Packed, Reader, Slice, Writer};

/// Pseudo-buyers that every product gets, who buy the label as often as everybody does.
/// A handful of buyers proves little.
const PSEUDO_BUYERS: f64 = 5.0;

/// Everything that the purchases up to one day say about all labels, packed.
#[derive(Clone, Copy)]
pub struct Weights<'a> {
    /// The last day that was looked at.
    pub until: i32,
    /// Customers with an order line.
    pub customers: u32,
    /// The mean of what their orders count.
    pub mean_activity: f64,
    /// The mean of what their products count.
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

/// What one product says about one label. Half the digits of an `f64` are enough, and the
/// weights of many labels stay in the processor's cache.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// The label.
    pub label: u32,
    /// The weight for those who have not bought the label.
    pub weight: f32,
    /// The weight for those who have; they are left out of the counts.
    pub weight_without_self: f32,
}

/// # Formula
///
/// W = w²·z for a product j with n_j buyers, n_jS of whom bought the label S, and n_S of all N
/// customers who did:
///
/// - w = max(0, ln[(n_jS + κ·n_S/N) / ((n_j + κ)·n_S/N)]), the logarithm of the lift, shrunk
///   towards none as if j had κ more buyers, of whom the usual share bought S. DuMouchel
///   (1999), "Bayesian data mining in large frequency tables", *The American Statistician* 53,
///   shrinks observed-to-expected ratios in this way;
/// - z = max(0, (n_jS − e) / √(e + 1)) with e = n_j·n_S/N, the excess in standard errors of a
///   count (Pearson's residual, kept finite where nothing is expected).
///
/// w alone rewards those who buy everything: many weak weights add up. The product of both
/// counts what is strong and certain. What it gains is in docs/intent.md.
fn weight(both: f64, product_buyers: f64, label_buyers: f64, customers: f64) -> f64 {
    let share = label_buyers / customers;
    let lift = (both + PSEUDO_BUYERS * share) / ((product_buyers + PSEUDO_BUYERS) * share);
    let expected = product_buyers * share;
    let excess = (both - expected) / (expected + 1.0).sqrt();
    if lift > 1.0 && excess > 0.0 {
        lift.ln().powi(2) * excess
    } else {
        0.0
    }
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

/// Packs the weights from the counts up to a day. Costs two logarithms per pair of a product
/// and a label with common buyers.
pub fn pack(counts: &Counts, tally: &Tally, writer: &mut Writer) {
    let mut starts = vec![0];
    let (mut terms, mut common) = (Vec::new(), Vec::new());
    for product in 0..counts.products() {
        let labels = 0..counts.labels();
        for term in labels.filter_map(|label| term(counts, tally, product, label)) {
            common.push(tally.both(product, term.label as usize));
            terms.push(term);
        }
        starts.push(terms.len() as u32);
    }
    writer.value(tally.until);
    writer.value(tally.customers);
    let customers = f64::from(tally.customers.max(1));
    writer.value(tally.activity.value() / customers);
    writer.value(tally.breadth.value() / customers);
    writer.slice(tally.label_buyers.iter().copied());
    writer.slice(tally.product_buyers.iter().copied());
    writer.slice(starts.into_iter());
    writer.slice(terms.into_iter());
    writer.slice(common.into_iter());
}

/// What a product says about a label, unless it says nothing or belongs to it.
fn term(counts: &Counts, tally: &Tally, product: usize, label: usize) -> Option<Term> {
    let both = tally.both(product, label);
    // Without a common buyer the lift is below one. One buyer of the label is no pattern.
    if both == 0 || tally.label_buyers[label] <= 1 || counts.is_member(product, label) {
        return None;
    }
    let of = |left_out: u32| {
        weight(
            f64::from(both - left_out),
            f64::from(tally.product_buyers[product] - left_out),
            f64::from(tally.label_buyers[label] - left_out),
            f64::from(tally.customers - left_out),
        )
    };
    let (weight, weight_without_self) = (of(0), of(1));
    let says = weight > 0.0 || weight_without_self > 0.0;
    says.then_some(Term {
        label: label as u32,
        weight: weight as f32,
        weight_without_self: weight_without_self as f32,
    })
}

impl<'a> Weights<'a> {
    /// Opens what [`pack`] packed.
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

    /// What `product` says, by ascending label, each term with its number.
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

#[cfg(test)]
#[path = "weights_tests.rs"]
mod tests;
