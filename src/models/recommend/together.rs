//! Common buyers of two products, counted without a join of all pairs.

use super::matrix::Matrix;

/// Counts for one product at a time, in an array that is used again.
///
/// Gustavson (1978), "Two fast algorithms for sparse matrices", *ACM TOMS* 4: a row of MᵀM is
/// the sum of the rows of M in which the product occurs. The work is the number of pairs in all
/// baskets; a join would sort them as well.
#[derive(Default)]
pub struct Together(Vec<u32>);

impl Together {
    /// By product up to `product` itself: baskets with both.
    pub fn up_to<'a>(&'a mut self, matrix: &Matrix, product: u32) -> &'a [u32] {
        let counts = &mut self.0;
        counts.clear();
        counts.resize(product as usize + 1, 0);
        for basket in matrix.columns.get(product as usize).iter() {
            for other in matrix.rows.get(basket as usize).iter() {
                // Rows ascend, and the product itself is in each of them.
                match counts.get_mut(other as usize) {
                    Some(count) => *count += 1,
                    None => break,
                }
            }
        }
        counts
    }
}

/// Pseudo-buyers against which a pair's common buyers are held.
const PSEUDO_BUYERS: f64 = 10.0;

/// # Formula
///
/// n_ij/√(n_i·n_j) · n_ij/(n_ij + 10): the cosine of two products over baskets, shrunk where
/// there is little to go by.
pub fn similarity(both: u32, a: u32, b: u32) -> f64 {
    let both = f64::from(both);
    both / (f64::from(a) * f64::from(b)).sqrt() * (both / (both + PSEUDO_BUYERS))
}
