//! The median.

/// The median of the values, of an even number the mean of the middle two; `None` without
/// any. Reorders the values, and does not depend on their order.
pub fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let odd = values.len() % 2 == 1;
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if odd {
        return Some(upper);
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Some(f64::midpoint(lower, upper))
}

/// The same of ascending values, each with how often it is there, `total` in all.
pub fn median_of_sorted(values: impl Iterator<Item = (f64, u64)>, total: u64) -> Option<f64> {
    let (mut seen, mut lower) = (0, None);
    for (value, count) in values {
        seen += count;
        if lower.is_none() && seen > total.saturating_sub(1) / 2 {
            lower = Some(value);
        }
        if seen > total / 2 {
            return Some(f64::midpoint(lower?, value));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn sorted_values_have_the_same_median(mut values in prop::collection::vec(-3..4_i32, 0..20)) {
            values.sort_unstable();
            let counted = values.chunk_by(PartialEq::eq).map(|same| (f64::from(same[0]), same.len() as u64));
            let found = median_of_sorted(counted, values.len() as u64);
            let mut values: Vec<f64> = values.iter().copied().map(f64::from).collect();
            prop_assert_eq!(found, median(&mut values));
        }
    }

    #[test]
    fn half_of_the_values_lie_on_either_side() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [7.0]), Some(7.0));
        assert_eq!(median(&mut [9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&mut [9.0, 1.0, -4.0, 2.0]), Some(1.5));
        assert_eq!(median(&mut [f64::MAX, f64::MAX]), Some(f64::MAX));
    }
}
