//! The logistic function.

/// The probability of log odds, without overflow and with all digits at both ends.
///
/// # Formula
///
/// 1 / (1 + e⁻ᶻ) = eᶻ / (1 + eᶻ): Cox (1958), "The regression analysis of binary sequences",
/// *Journal of the Royal Statistical Society B* 20.
pub fn logistic(log_odds: f64) -> f64 {
    let odds = (-log_odds.abs()).exp();
    if log_odds < 0.0 {
        odds / (1.0 + odds)
    } else {
        1.0 / (1.0 + odds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_keep_their_digits() {
        assert_eq!(logistic(0.0), 0.5);
        assert!((logistic(1.0) - 0.731_058_578_630_004_9).abs() < 1e-15);
        assert!((logistic(-700.0) / (-700.0_f64).exp() - 1.0).abs() < 1e-15);
        assert_eq!([logistic(-1e9), logistic(1e9)], [0.0, 1.0]);
    }
}
