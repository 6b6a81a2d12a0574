//! Scrambling of whole numbers.

/// SplitMix64, Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators",
/// OOPSLA, figure 17: neighbouring numbers become numbers without a pattern in their bits.
pub(in crate::models) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::mix;

    /// The first outputs of Vigna's splitmix64.c with the seed 1234567, as Rosetta Code lists them.
    #[test]
    fn the_published_sequence() {
        let gamma = 0x9e37_79b9_7f4a_7c15_u64;
        let output = |step: u64| mix(1_234_567_u64.wrapping_add(gamma.wrapping_mul(step)));
        assert_eq!(
            [output(0), output(1), output(2)],
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }
}
