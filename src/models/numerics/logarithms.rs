//! Logarithms of counts and days, most of which are small whole numbers.

use std::sync::LazyLock;

/// Up to here they are remembered: 8 kB, which stay in a processor's nearest cache.
const REMEMBERED: usize = 1_024;

static LOGARITHMS: LazyLock<[f64; REMEMBERED]> =
    LazyLock::new(|| std::array::from_fn(|number| (number as f64).ln_1p()));

/// ln(1 + `number`), the same bits as of [`f64::ln_1p`].
pub fn ln_1p(number: i64) -> f64 {
    let remembered = usize::try_from(number).ok();
    match remembered.and_then(|place| LOGARITHMS.get(place)) {
        Some(&logarithm) => logarithm,
        None => (number as f64).ln_1p(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_is_computed() {
        for number in (0..3_000).chain([i64::from(u32::MAX)]) {
            assert_eq!(ln_1p(number), (number as f64).ln_1p(), "{number}");
        }
    }
}
