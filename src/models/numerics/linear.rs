//! Linear algebra in a few dimensions.

/// The scalar product.
pub(in crate::models) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Solves a symmetric positive definite system. Of the matrix, by rows, only the part up to the
/// diagonal is read. `None` where it is not positive definite, if only by rounding.
///
/// # Formula
///
/// Cholesky: A = L·Lᵀ, then L·y = b and Lᵀ·x = y. Golub & Van Loan (2013), *Matrix Computations*,
/// algorithm 4.2.1.
pub(in crate::models) fn solve(mut matrix: Vec<f64>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    for row in 0..size {
        let (above, rest) = matrix.split_at_mut(row * size);
        let current = &mut rest[..=row];
        for (column, factors) in above.chunks_exact(size).enumerate() {
            let known = dot(&current[..column], &factors[..column]);
            current[column] = (current[column] - known) / factors[column];
        }
        let square = current[row] - dot(&current[..row], &current[..row]);
        current[row] = Some(square.sqrt()).filter(|root| *root > 0.0 && root.is_finite())?;
        right[row] = (right[row] - dot(&current[..row], &right[..row])) / current[row];
    }
    for row in (0..size).rev() {
        let factors = &matrix[row * size..][..=row];
        right[row] /= factors[row];
        for column in 0..row {
            right[column] -= factors[column] * right[row];
        }
    }
    Some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows [4 2 −2], [2 10 2], [−2 2 6]; the part beyond the diagonal is not read.
    const MATRIX: [f64; 9] = [4.0, f64::NAN, f64::NAN, 2.0, 10.0, f64::NAN, -2.0, 2.0, 6.0];

    #[test]
    fn the_solution_of_a_system_that_was_made_from_it() {
        let solution = solve(MATRIX.to_vec(), vec![2.0, 28.0, 20.0]).expect("positive definite");
        for (found, expected) in solution.iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-14, "{solution:?}");
        }
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite_has_none() {
        let mut indefinite = MATRIX.to_vec();
        indefinite[8] = 1.0;
        assert_eq!(solve(indefinite, vec![1.0; 3]), None);
    }
}
