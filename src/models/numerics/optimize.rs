//! Minimising a smooth function of a few variables.

/// Where a minimisation ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Minimum<const N: usize> {
    pub(crate) point: [f64; N],
    /// The approximation of the inverse Hessian there: a warm start for the
    /// same function on more data.
    pub(crate) inverse_hessian: [[f64; N]; N],
    pub(crate) iterations: i32,
}

/// A bound that only pathological functions reach: smooth likelihoods in four
/// variables take 20 to 40 iterations.
const MOST_ITERATIONS: i32 = 200;

/// The longest step, in the variables' own unit. The models use logarithmic
/// variables, where 2 is a factor of seven.
const LONGEST_STEP: f64 = 2.0;

/// Sufficient decrease (Nocedal & Wright 2006, equation 3.4).
pub(super) const ARMIJO: f64 = 1e-4;

/// Decreases smaller than this share of the value are rounding. A step there is accepted, because
/// the gradient still improves.
pub(super) const ROUNDING: f64 = 1e-14;

/// Minimises `function`, which returns its value and gradient, from `start`
/// until no partial derivative exceeds `tolerance`. Always ends and never
/// leaves the region where the function is finite.
///
/// # Formula
///
/// BFGS with a backtracking line search: Nocedal & Wright (2006), *Numerical
/// Optimization*, algorithm 6.1 with equation 6.17; the first Hessian is
/// scaled by equation 6.20.
pub(crate) fn bfgs<const N: usize>(
    mut function: impl FnMut(&[f64; N]) -> (f64, [f64; N]),
    start: [f64; N],
    inverse_hessian: Option<[[f64; N]; N]>,
    tolerance: f64,
) -> Minimum<N> {
    let mut point = start;
    let mut scaled = inverse_hessian.is_some();
    let mut inverse = inverse_hessian.unwrap_or_else(|| scaled_identity(1.0));
    let (mut value, mut gradient) = function(&point);
    let mut iterations = 0;
    while iterations < MOST_ITERATIONS && gradient.iter().any(|g| g.abs() > tolerance) {
        let mut direction = negated_product(&inverse, &gradient);
        let mut slope = dot(&gradient, &direction);
        if slope.is_nan() || slope >= 0.0 {
            inverse = scaled_identity(1.0);
            scaled = false;
            direction = gradient.map(|g| -g);
            slope = dot(&gradient, &direction);
        }
        let length = dot(&direction, &direction).sqrt();
        let mut step = (LONGEST_STEP / length).min(1.0);
        let found = loop {
            let candidate = std::array::from_fn(|i| point[i] + step * direction[i]);
            let (next, next_gradient) = function(&candidate);
            let allowed = value + ARMIJO * step * slope + ROUNDING * value.abs();
            if next <= allowed && next_gradient.iter().all(|g| g.is_finite()) {
                break Some((candidate, next, next_gradient));
            }
            step *= 0.5;
            if step * length < 1e-14 {
                break None;
            }
        };
        let Some((next_point, next_value, next_gradient)) = found else {
            break;
        };
        let moved: [f64; N] = std::array::from_fn(|i| next_point[i] - point[i]);
        let turned: [f64; N] = std::array::from_fn(|i| next_gradient[i] - gradient[i]);
        (point, value, gradient) = (next_point, next_value, next_gradient);
        iterations += 1;
        let curvature = dot(&moved, &turned);
        if curvature > 0.0 {
            if !scaled {
                inverse = scaled_identity(curvature / dot(&turned, &turned));
                scaled = true;
            }
            update(&mut inverse, &moved, &turned, curvature);
        }
    }
    Minimum {
        point,
        inverse_hessian: inverse,
        iterations,
    }
}

/// H ← (I − s yᵀ/yᵀs) H (I − y sᵀ/yᵀs) + s sᵀ/yᵀs.
fn update<const N: usize>(h: &mut [[f64; N]; N], s: &[f64; N], y: &[f64; N], curvature: f64) {
    let hy = negated_product(h, y).map(|v| -v);
    let factor = (1.0 + dot(y, &hy) / curvature) / curvature;
    for (i, row) in h.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
        }
    }
}

fn scaled_identity<const N: usize>(scale: f64) -> [[f64; N]; N] {
    std::array::from_fn(|i| std::array::from_fn(|j| if i == j { scale } else { 0.0 }))
}

fn negated_product<const N: usize>(matrix: &[[f64; N]; N], vector: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|i| -dot(&matrix[i], vector))
}

fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock (1960), the usual hard case: a curved valley.
    fn rosenbrock(p: &[f64; 2]) -> (f64, [f64; 2]) {
        let [x, y] = *p;
        let valley = y - x * x;
        (
            (1.0 - x).powi(2) + 100.0 * valley * valley,
            [-2.0 * (1.0 - x) - 400.0 * x * valley, 200.0 * valley],
        )
    }

    #[test]
    fn finds_the_end_of_a_curved_valley() {
        let minimum = bfgs(rosenbrock, [-1.2, 1.0], None, 1e-9);
        assert!((minimum.point[0] - 1.0).abs() < 1e-8);
        assert!((minimum.point[1] - 1.0).abs() < 1e-8);
    }

    #[test]
    fn a_warm_start_is_quicker() {
        let cold = bfgs(rosenbrock, [-1.2, 1.0], None, 1e-6);
        let warm = bfgs(rosenbrock, [0.99, 0.98], Some(cold.inverse_hessian), 1e-9);
        assert!(warm.iterations < cold.iterations / 2);
    }

    #[test]
    fn ends_where_nothing_can_be_minimised() {
        let nan = bfgs(
            |_: &[f64; 2]| (f64::NAN, [f64::NAN; 2]),
            [0.0, 0.0],
            None,
            1e-9,
        );
        assert_eq!(nan.point, [0.0, 0.0]);
        let downhill = bfgs(|p: &[f64; 1]| (-p[0], [-1.0]), [0.0], None, 1e-9);
        assert!(downhill.point[0].is_finite());
    }
}
