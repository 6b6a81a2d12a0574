//! The quantiles of the normal distribution, and of Student's.

/// Coefficients of a quotient of two polynomials, from the constant on.
type Quotient = [[f64; 8]; 2];

const MIDDLE: Quotient = [
    [
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13731.69376550946,
        45921.95393154987,
        67265.7709270087,
        33430.57558358813,
        2509.0809287301227,
    ],
    [
        1.0,
        42.31333070160091,
        687.1870074920579,
        5394.196021424751,
        21213.794301586597,
        39307.89580009271,
        28729.085735721943,
        5226.495278852854,
    ],
];

const TAIL: Quotient = [
    [
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414,
    ],
    [
        1.0,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-09,
    ],
];

const FAR_TAIL: Quotient = [
    [
        6.657904643501103,
        5.463784911164114,
        1.7848265399172913,
        0.29656057182850487,
        0.026532189526576124,
        0.0012426609473880784,
        2.7115555687434876e-05,
        2.0103343992922881e-07,
    ],
    [
        1.0,
        0.599832206555888,
        0.1369298809227358,
        0.014875361290850615,
        0.0007868691311456133,
        1.8463183175100548e-05,
        1.421511758316446e-07,
        2.0442631033899397e-15,
    ],
];

/// The point below which a standard normal variable is with the chance; infinite at 0 and 1.
///
/// # Formula
///
/// Rational approximations, good to 16 digits: Wichura (1988), "Algorithm AS 241", *Applied
/// Statistics* 37.
pub(in crate::models) fn normal_quantile(chance: f64) -> f64 {
    let off = chance - 0.5;
    if off.abs() <= 0.425 {
        return off * quotient(&MIDDLE, 0.180_625 - off * off);
    }
    let tail = chance.min(1.0 - chance);
    if tail <= 0.0 {
        return f64::INFINITY.copysign(off);
    }
    let r = (-tail.ln()).sqrt();
    let point = if r <= 5.0 {
        quotient(&TAIL, r - 1.6)
    } else {
        quotient(&FAR_TAIL, r - 5.0)
    };
    point.copysign(off)
}

/// The same of Student's t distribution, for points that are not far out.
///
/// # Formula
///
/// Three terms of the expansion in 1/ν: Abramowitz & Stegun (1964), 26.7.5. At 10 and 90 % it is good to
/// 0.4 % from ν = 2 and to 0.02 % from ν = 4 on.
pub(in crate::models) fn student_quantile(chance: f64, freedom: f64) -> f64 {
    let z = normal_quantile(chance);
    let square = z * z;
    let first = (square + 1.0) / 4.0;
    let second = ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z * (1.0 + (first + (second + third / freedom) / freedom) / freedom)
}

fn quotient([above, below]: &Quotient, x: f64) -> f64 {
    let value = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    value(above) / value(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy 1.16: norm.ppf.
    const SCIPY: &[(f64, f64)] = &[
        (1e-300, -37.0470962993612),
        (1e-12, -7.034483825301131),
        (0.001, -3.090232306167813),
        (0.05, -1.6448536269514729),
        (0.1, -1.2815515655446004),
        (0.4, -0.2533471031357997),
        (0.5, 0.0),
        (0.7, 0.5244005127080407),
        (0.9, 1.2815515655446004),
        (0.975, 1.959963984540054),
        (0.999, 3.090232306167813),
        (0.999999999, 5.997807019601637),
    ];

    /// scipy 1.16: t.ppf, and how near the expansion comes.
    const STUDENT: [(f64, f64, f64, f64); 6] = [
        (0.9, 2.0, 1.8856180831641507, 4e-3),
        (0.1, 2.0, -1.8856180831641502, 4e-3),
        (0.9, 4.0, 1.5332062740589432, 2e-4),
        (0.1, 10.0, -1.3721836411102861, 1e-5),
        (0.9, 50.0, 1.29871369419481, 1e-8),
        (0.02, 10.0, -2.359314623683183, 2e-4),
    ];

    #[test]
    fn quantiles_are_those_of_scipy() {
        for &(chance, expected) in SCIPY {
            let found = normal_quantile(chance);
            assert!(
                (found - expected).abs() < 1e-14 * (1.0 + expected.abs()),
                "{chance}: {found} instead of {expected}"
            );
        }
        for (chance, freedom, expected, accuracy) in STUDENT {
            let found = student_quantile(chance, freedom);
            assert!(
                (found / expected - 1.0).abs() < accuracy,
                "{freedom}: {found}"
            );
        }
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
    }
}
