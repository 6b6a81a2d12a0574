//! Newton's method for smooth convex functions of a few variables.

use super::linear::solve;
use super::optimize::{ARMIJO, ROUNDING};

/// A function's value and its derivatives at a point.
#[derive(Clone, Debug)]
pub(in crate::models) struct Loss {
    pub value: f64,
    pub gradient: Vec<f64>,
    /// By rows, of which only the part up to the diagonal is filled.
    pub hessian: Vec<f64>,
}

/// Newton's method takes 5 to 15 steps here; only rounding could ask for more.
const MOST_ITERATIONS: usize = 50;

/// Halvings of one step.
const MOST_HALVINGS: usize = 40;

/// The squared Newton decrement at which the next step is the last, and need not be looked at: the
/// decrement itself is squared by a step (Boyd & Vandenberghe (2004), *Convex Optimization*, 9.6.4),
/// so about 1e-12 standard errors are left.
const SETTLED: f64 = 1e-12;

/// The point from `start` on where `loss` is least.
///
/// # Formula
///
/// Newton's method with backtracking: Nocedal & Wright (2006), *Numerical Optimization*,
/// chapter 3.
pub(in crate::models) fn minimise(start: Vec<f64>, loss: impl Fn(&[f64]) -> Loss) -> Vec<f64> {
    let mut point = start;
    let mut here = loss(&point);
    for _ in 0..MOST_ITERATIONS {
        let Some(direction) = solve(here.hessian, here.gradient.clone()) else {
            return point;
        };
        let products = direction.iter().zip(&here.gradient).map(|(d, g)| d * g);
        let decrement: f64 = products.sum();
        if decrement <= SETTLED {
            return point.iter().zip(&direction).map(|(at, d)| at - d).collect();
        }
        let mut step = 1.0;
        let mut found = None;
        for _ in 0..MOST_HALVINGS {
            let moved = point.iter().zip(&direction).map(|(at, d)| at - step * d);
            let candidate: Vec<f64> = moved.collect();
            let next = loss(&candidate);
            let allowed = here.value - ARMIJO * step * decrement + ROUNDING * here.value.abs();
            if next.value <= allowed {
                found = Some((candidate, next));
                break;
            }
            step *= 0.5;
        }
        let Some((candidate, next)) = found else {
            return point;
        };
        let settled = candidate == point;
        (point, here) = (candidate, next);
        if settled {
            return point;
        }
    }
    point
}

#[cfg(test)]
mod tests {
    use super::*;

    /// eˣ − 2x + y²/2, whose minimum is at x = ln 2, y = 0.
    fn bowl(point: &[f64]) -> Loss {
        let (x, y) = (point[0], point[1]);
        Loss {
            value: x.exp() - 2.0 * x + y * y / 2.0,
            gradient: vec![x.exp() - 2.0, y],
            hessian: vec![x.exp(), f64::NAN, 0.0, 1.0],
        }
    }

    #[test]
    fn the_minimum_is_found_from_afar() {
        for start in [[0.0, 0.0], [-8.0, 5.0], [20.0, -1e6]] {
            let found = minimise(start.to_vec(), bowl);
            assert!(
                (found[0] - std::f64::consts::LN_2).abs() < 1e-12,
                "{found:?}"
            );
            assert!(found[1].abs() < 1e-12, "{found:?}");
        }
    }
}
