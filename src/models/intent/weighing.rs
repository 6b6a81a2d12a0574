//! How much a purchase of one product speaks for a label, by the counts.

use super::counts::{Counts, Tally};
use super::weights::{Term, is_table};
use crate::error::Result;
use crate::models::numerics::bytes::Writer;
use crate::models::numerics::memory::{push, with_room};

/// Pseudo-buyers that every product gets, who buy the label as often as everybody does.
/// A handful of buyers proves little. `benches/peers/intent_coefficients.py` varies the number.
const PSEUDO_BUYERS: f64 = 5.0;

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

/// Packs the weights of both days, today's first; `None` without customers.
///
/// # Errors
///
/// When there is no memory for them.
pub fn pack(counts: &Counts) -> Result<Option<Vec<u8>>> {
    let Some(tallies) = counts.tallies() else {
        return Ok(None);
    };
    let mut writer = Writer::default();
    for tally in tallies {
        pack_day(counts, tally, &mut writer)?;
    }
    Ok(Some(writer.finish()))
}

/// Packs the weights from the counts up to a day. Costs two logarithms per pair of a product
/// and a label with common buyers.
fn pack_day(counts: &Counts, tally: &Tally, writer: &mut Writer) -> Result<()> {
    let product_buyers = tally.product_buyers();
    let mut ends = with_room(product_buyers.len())?;
    let (mut terms, mut common) = (Vec::new(), Vec::new());
    for product in product_buyers.iter().copied().enumerate() {
        let labels = 0..counts.labels();
        for term in labels.filter_map(|label| term(counts, tally, product, label)) {
            push(&mut common, tally.both(product.0, term.label as usize))?;
            push(&mut terms, term)?;
        }
        ends.push(terms.len() as u32);
    }
    writer.value(tally.until)?;
    writer.value(tally.customers)?;
    let customers = f64::from(tally.customers.max(1));
    writer.value(tally.activity.value() / customers)?;
    writer.value(tally.breadth.value() / customers)?;
    writer.value(counts.products() as u32)?;
    writer.slice(tally.label_buyers.iter().copied())?;
    writer.slice(product_buyers.iter().copied())?;
    let (products, labels) = (product_buyers.len(), counts.labels());
    if !is_table(terms.len(), products, labels) {
        writer.value(0_u8)?;
        writer.slice(ends.into_iter())?;
        writer.slice(terms.into_iter())?;
        return writer.slice(common.into_iter());
    }
    writer.value(1_u8)?;
    writer.slice(table(&terms, &ends, labels, |term| terms[term].weight))?;
    writer.slice(table(&terms, &ends, labels, |term| {
        terms[term].weight_without_self
    }))?;
    writer.slice(table(&terms, &ends, labels, |term| common[term]))
}

/// What each term has, by product and label, and 0 where there is none.
fn table<T: Default>(
    terms: &[Term],
    ends: &[u32],
    labels: usize,
    value: impl Fn(usize) -> T,
) -> impl ExactSizeIterator<Item = T> {
    let mut next = 0;
    (0..ends.len() * labels).map(move |pair| {
        let (product, label) = (pair / labels, pair % labels);
        if next == ends[product] as usize || terms[next].label as usize != label {
            return T::default();
        }
        next += 1;
        value(next - 1)
    })
}

/// What a product, of which the buyers are known, says about a label, unless it says nothing or
/// belongs to it.
fn term(
    counts: &Counts,
    tally: &Tally,
    (product, product_buyers): (usize, u32),
    label: usize,
) -> Option<Term> {
    let both = tally.both(product, label);
    // Without a common buyer the lift is below one. One buyer of the label is no pattern.
    if both == 0 || tally.label_buyers[label] <= 1 || counts.is_member(product, label) {
        return None;
    }
    let of = |left_out: u32| {
        weight(
            f64::from(both - left_out),
            f64::from(product_buyers - left_out),
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

#[cfg(test)]
#[path = "weighing_tests.rs"]
mod tests;
