//! The logarithm of the gamma function and its derivative, by Stirling's series, and the beta function of them.

use std::f64::consts::TAU;

/// From here on both series are exact to 1e-14.
pub(in crate::models) const LARGE: f64 = 16.0;

/// lnΓ(z) for z ≥ [`LARGE`].
///
/// # Formula
///
/// Stirling's series, (z − ½)·ln z − z + ½·ln 2π + 1/(12z) − 1/(360z³) + 1/(1260z⁵) − 1/(1680z⁷):
/// Abramowitz & Stegun (1964), 6.1.41.
pub(in crate::models) fn ln_gamma(z: f64) -> f64 {
    let inverse = 1.0 / z;
    let square = inverse * inverse;
    let series =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (z - 0.5) * z.ln() - z + 0.5 * TAU.ln() + series
}

/// ψ(z), the derivative of lnΓ, for z ≥ [`LARGE`].
///
/// # Formula
///
/// ln z − 1/(2z) − 1/(12z²) + 1/(120z⁴) − 1/(252z⁶) + 1/(240z⁸): Abramowitz & Stegun (1964),
/// 6.3.18.
pub(in crate::models) fn digamma(z: f64) -> f64 {
    let inverse = 1.0 / z;
    let square = inverse * inverse;
    let series =
        square * (1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square / 240.0)));
    z.ln() - 0.5 * inverse - series
}

/// lnΓ(z) and ψ(z) for any z > 0.
///
/// # Formula
///
/// Γ(z) = Γ(z + 1)/z and ψ(z) = ψ(z + 1) − 1/z, until z is [`LARGE`].
pub(in crate::models) fn ln_gamma_and_digamma(z: f64) -> (f64, f64) {
    let (mut z, mut product, mut inverses) = (z, 1.0, 0.0);
    while z < LARGE {
        product *= z;
        inverses += 1.0 / z;
        z += 1.0;
    }
    (ln_gamma(z) - product.ln(), digamma(z) - inverses)
}

/// ln B(a, b) for a, b > 0.
///
/// # Formula
///
/// lnΓ(a) + lnΓ(b) − lnΓ(a + b).
pub(in crate::models) fn ln_beta(a: f64, b: f64) -> f64 {
    let [a, b, both] = [a, b, a + b].map(|z| ln_gamma_and_digamma(z).0);
    a + b - both
}

/// ln n! for a whole n.
///
/// # Formula
///
/// lnΓ(n + 1); below [`LARGE`], n! = 16! / (n + 1) / … / 16.
pub(in crate::models) fn ln_factorial(n: f64) -> f64 {
    let (mut x, mut product) = (n, 1.0);
    while x < LARGE {
        x += 1.0;
        product *= x;
    }
    ln_gamma(x) + x.ln() - product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: f64, expected: f64) {
        assert!(
            (found / expected - 1.0).abs() < 1e-14,
            "{found} is not {expected}"
        );
    }

    /// mpmath 1.4 with 40 digits: z, lnΓ(z) and ψ(z).
    const MPMATH: &[(f64, f64, f64)] = &[
        (16.0, 27.89927138384089, 2.7410133283274605),
        (16.5, 29.277754515040815, 2.7727513716226233),
        (20.25, 40.08411059791735, 2.983260263975308),
        (33.0, 81.55795945611504, 3.4812795305349873),
        (100.125, 359.7093040852361, 4.601417335129693),
        (5000.0, 37582.62631568535, 8.517093188082905),
        (1000000000.0, 19723265827.503716, 20.723265836446412),
    ];

    #[test]
    fn both_are_those_of_mpmath() {
        for &(z, gamma, psi) in MPMATH {
            assert_close(ln_gamma(z), gamma);
            assert_close(digamma(z), psi);
        }
    }

    /// scipy 1.16: gammaln, psi and betaln.
    #[test]
    fn small_ones_are_those_of_scipy() {
        for (z, gamma, psi) in [
            (1e-3, 6.907178885383853, -1000.5755719318103),
            (0.5, 0.5723649429247, -1.9635100260214235),
            (3.7, 1.428072326665388, 1.1671535393615113),
        ] {
            let found = ln_gamma_and_digamma(z);
            assert!((found.0 / gamma - 1.0).abs() < 1e-13, "{z}: {found:?}");
            assert!((found.1 / psi - 1.0).abs() < 1e-13, "{z}: {found:?}");
        }
        assert!((ln_beta(0.25, 40.0) / 0.3681512477369046 - 1.0).abs() < 1e-11);
    }

    #[test]
    fn factorials() {
        assert!(ln_factorial(0.0).abs() < 1e-13 && ln_factorial(1.0).abs() < 1e-13);
        assert!((ln_factorial(5.0) / 120.0_f64.ln() - 1.0).abs() < 1e-13);
        assert_close(ln_factorial(20.0), 2_432_902_008_176_640_000.0_f64.ln());
    }
}
