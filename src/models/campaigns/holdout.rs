//! Who is held out of a campaign: by hash, so that nothing has to be stored.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};

/// Between the campaign and the customer, so that "a" with "bc" differs from "ab" with "c". ASCII's
/// unit separator, which no name or key contains.
const SEPARATOR: [u8; 1] = [0x1f];

/// Whether a customer is held out of a campaign.
///
/// The answer must never change: groups that were assigned years ago must come out the same. So the
/// hash, the text that is hashed and the comparison are fixed for ever.
///
/// # Formula
///
/// SHA-256 (FIPS 180-4) of the UTF-8 text of campaign, U+001F and customer; its first eight bytes
/// are a big-endian number *h*. Held out means *h* < share · 2⁶⁴. The product is exact, a power of
/// two times an `f64`, so a share of 0 holds out nobody and 1 everybody, and a customer held out at
/// one share is held out at every larger one.
///
/// # Errors
///
/// When the share is not within 0 to 1.
pub fn held_out(customer: &str, campaign: &str, share: f64) -> Result<bool> {
    if !(0.0..=1.0).contains(&share) {
        return Err(Error::argument(
            "share",
            format!("must be 0 to 1, got {share}"),
        ));
    }
    // h is whole, so the comparison with the next whole number is the same.
    let threshold = (share * (1_u128 << 64) as f64).ceil() as u128;
    Ok(u128::from(hash(customer, campaign)) < threshold)
}

fn hash(customer: &str, campaign: &str) -> u64 {
    let digest = Sha256::new()
        .chain_update(campaign)
        .chain_update(SEPARATOR)
        .chain_update(customer)
        .finalize();
    digest
        .iter()
        .take(8)
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Python: int.from_bytes(sha256(f"{campaign}\x1f{customer}".encode()).digest()[:8])
    const VECTORS: [(&str, &str, u64); 6] = [
        ("spring", "42", 5_022_576_250_228_064_263),
        ("summer", "42", 3_476_014_514_704_791_215),
        ("spring", "43", 1_131_282_415_050_782_441),
        ("", "42", 5_221_101_179_367_055_038),
        ("Frühling 2026", "Zoë", 8_157_424_642_814_134_066),
        (
            "spring",
            "123e4567-e89b-12d3-a456-426614174000",
            7_488_375_897_640_174_013,
        ),
    ];

    #[test]
    fn hashes_are_those_that_hashlib_gives() {
        for (campaign, customer, expected) in VECTORS {
            assert_eq!(hash(customer, campaign), expected, "{campaign} {customer}");
        }
    }

    #[test]
    fn the_threshold_is_exact() {
        let (campaign, customer, hash) = VECTORS[0];
        // 2⁻⁶⁴ · hash is rounded to 53 bits, so ask the numbers beside it.
        let share = hash as f64 / (1_u128 << 64) as f64;
        assert!(!held_out(customer, campaign, share.next_down()).unwrap());
        assert!(held_out(customer, campaign, share.next_up()).unwrap());
        assert!(!held_out(customer, campaign, 0.0).unwrap());
        assert!(!held_out(customer, campaign, -0.0).unwrap());
        assert!(!held_out(customer, campaign, f64::MIN_POSITIVE).unwrap());
        assert!(held_out(customer, campaign, 1.0).unwrap());
    }

    #[test]
    fn shares_beyond_0_to_1_are_errors() {
        for share in [-1e-300, 1.0_f64.next_up(), f64::NAN, f64::INFINITY] {
            let error = held_out("42", "spring", share).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("share must be 0 to 1, got {share}")
            );
        }
    }

    proptest! {
        #[test]
        fn a_larger_share_holds_out_the_same_and_more(customer: String, campaign: String, a in 0.0..=1.0, b in 0.0..=1.0) {
            let held = |share| held_out(&customer, &campaign, share).unwrap();
            prop_assert!(held(f64::min(a, b)) <= held(f64::max(a, b)));
            prop_assert!(!held(0.0) && held(1.0));
        }
    }

    /// The share of 100,000 customers in each of 20 equal ranges of the hash, and of two
    /// campaigns together: χ² with 19 and with 99 degrees of freedom, below the 99.9 %
    /// points 43.82 and 148.23.
    #[test]
    fn groups_are_uniform_and_campaigns_independent() {
        const CUSTOMERS: u64 = 100_000;
        let range = |customer: u64, campaign: &str, ranges: u64| {
            ((u128::from(hash(&customer.to_string(), campaign)) * u128::from(ranges)) >> 64)
                as usize
        };
        for campaign in ["spring", "summer", "2026-01", ""] {
            let mut counts = [0_u32; 20];
            (0..CUSTOMERS).for_each(|customer| counts[range(customer, campaign, 20)] += 1);
            assert!(chi_square(&counts) < 43.82, "{campaign}: {counts:?}");
        }
        let mut counts = [0_u32; 100];
        for customer in 0..CUSTOMERS {
            counts[10 * range(customer, "spring", 10) + range(customer, "summer", 10)] += 1;
        }
        assert!(chi_square(&counts) < 148.23, "{counts:?}");
    }

    fn chi_square(counts: &[u32]) -> f64 {
        let expected = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
        counts
            .iter()
            .map(|&count| (f64::from(count) - expected).powi(2) / expected)
            .sum()
    }
}
