//! Common buyers of two products, counted without a join of all pairs.

use super::matrix::Matrix;
use crate::error::Result;
use crate::models::numerics::bytes::sound;
use crate::models::numerics::memory::{grow, lengthen};

/// Counts for one product at a time, in arrays that are reused.
///
/// Gustavson (1978), "Two fast algorithms for sparse matrices", *ACM TOMS* 4: a row of MᵀM is
/// the sum of the rows of M in which the product occurs. The work is the number of pairs in all
/// baskets; a join would sort them as well.
#[derive(Default)]
pub struct Together {
    counts: Vec<u32>,
    /// The products whose count is not zero.
    counted: Vec<u32>,
}

impl Together {
    /// Calls `each` with every product up to `product` itself that shares baskets with it,
    /// ascending, and their number.
    ///
    /// # Errors
    ///
    /// When the matrix does not have the baskets of its columns once each, `each` fails, or there
    /// is no memory for the counts.
    pub fn up_to(
        &mut self,
        matrix: &Matrix,
        product: u32,
        mut each: impl FnMut(u32, u32) -> Result<()>,
    ) -> Result<()> {
        let Self { counts, counted } = self;
        for other in counted.drain(..) {
            counts[other as usize] = 0;
        }
        if product as usize >= matrix.columns.len() {
            return Ok(());
        }
        lengthen(counts, product as usize + 1, 0)?;
        // At most all of them are counted.
        grow(counted, product as usize + 1)?;
        let mut next = 0;
        for basket in matrix.columns.get(product as usize).iter() {
            // No basket twice, or a column of one large basket would be the square of a BLOB.
            sound((next..matrix.baskets).contains(&basket))?;
            next = basket + 1;
            for other in matrix.rows.get(basket as usize).iter() {
                // Rows ascend, and the product itself is in each of them.
                if other > product {
                    break;
                }
                let count = &mut counts[other as usize];
                if *count == 0 {
                    counted.push(other);
                }
                *count += 1;
            }
        }
        // Few are sorted, many found by looking at all, so that neither many products nor many
        // pairs cost more than their number.
        if counted.len() < product as usize / 16 {
            counted.sort_unstable();
            counted
                .iter()
                .try_for_each(|&other| each(other, counts[other as usize]))
        } else {
            let mut all = counts[..=product as usize].iter().zip(0..);
            all.try_for_each(|(&both, other)| match both {
                0 => Ok(()),
                _ => each(other, both),
            })
        }
    }
}

/// Pseudo-buyers that shrink the similarity of a pair with few common buyers.
const PSEUDO_BUYERS: f64 = 10.0;

/// # Formula
///
/// n_ij/√(n_i·n_j) · n_ij/(n_ij + 10): the cosine similarity of two products over baskets, shrunk
/// where they have few common buyers.
pub fn similarity(both: u32, a: u32, b: u32) -> f64 {
    let both = f64::from(both);
    both / (f64::from(a) * f64::from(b)).sqrt() * (both / (both + PSEUDO_BUYERS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::intent::basket::{Basket, BasketBuilder};
    use crate::models::numerics::memory::push;
    use crate::models::recommend::matrix::{MatrixBuilder, MatrixFrame};

    /// Products that share few baskets with others, and ones that share one with all.
    #[test]
    fn pairs_are_those_of_all_baskets() {
        let products = 160;
        let baskets: Vec<Vec<u32>> = (0..90)
            .map(|i| match i % 45 {
                0 => (0..products).collect(),
                _ => vec![i * 7 % products, i * 13 % products, i % 16],
            })
            .map(|mut basket: Vec<u32>| {
                basket.sort_unstable();
                basket.dedup();
                basket
            })
            .collect();
        for some in [&baskets[..], &baskets[1..45]] {
            let mut builder = MatrixBuilder::default();
            for basket in some {
                let mut lines = BasketBuilder::default();
                basket
                    .iter()
                    .for_each(|&product| lines.add(Some(product), 0, None).expect("room"));
                let packed = lines.pack().expect("room");
                let frame = MatrixFrame {
                    products,
                    width: products,
                    as_of: 0,
                    horizon: 60,
                    cap: usize::MAX,
                };
                let basket = Basket::open(&packed).expect("it was packed");
                builder.add(basket, frame).expect("within the frame");
            }
            let packed = builder.pack().expect("room").expect("there are baskets");
            let matrix = Matrix::open(&packed).expect("it was packed");
            let mut together = Together::default();
            // Backwards, so that what is left of one product could disturb the next.
            for product in (0..products).rev() {
                let mut found = Vec::new();
                together
                    .up_to(&matrix, product, |other, both| {
                        push(&mut found, (other, both))
                    })
                    .expect("room");
                let both = |other: u32| {
                    let has =
                        |basket: &&Vec<u32>| basket.contains(&product) && basket.contains(&other);
                    some.iter().filter(has).count() as u32
                };
                let expected: Vec<_> = (0..=product)
                    .map(|other| (other, both(other)))
                    .filter(|pair| pair.1 > 0)
                    .collect();
                assert_eq!(found, expected, "product {product}");
            }
        }
    }
}
