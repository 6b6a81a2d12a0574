//! Floating-point numbers as whole numbers in the same order.

/// The bits of a number as an integer that is larger where the number is; -0 is 0.
#[inline]
pub fn ordered_bits(value: f64) -> i64 {
    flipped((value + 0.0).to_bits() as i64)
}

/// The number with these [`ordered_bits`].
pub fn from_ordered_bits(bits: i64) -> f64 {
    f64::from_bits(flipped(bits) as u64)
}

/// Negative numbers have their order reversed. Twice is the same as not at all.
#[inline]
fn flipped(bits: i64) -> i64 {
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_the_numbers(a in any::<f64>(), b in any::<f64>()) {
            prop_assert_eq!(ordered_bits(a).cmp(&ordered_bits(b)), a.partial_cmp(&b).expect("no NaN"));
            prop_assert_eq!(from_ordered_bits(ordered_bits(a)).to_bits(), (a + 0.0).to_bits());
        }
    }

    #[test]
    fn zeros_are_one_and_infinities_are_last() {
        assert_eq!(ordered_bits(-0.0), 0);
        assert!(ordered_bits(f64::INFINITY) > ordered_bits(f64::MAX));
        assert!(ordered_bits(f64::NEG_INFINITY) < ordered_bits(f64::MIN));
    }
}
