//! The days of a customer's purchases as the gaps between them, packed into bytes: most customers'
//! fit into a dozen, which DuckDB keeps in place where it would copy a LIST element by element.

use crate::error::{Error, Result};
use crate::models::numerics::memory::{grow, push, with_room};

/// Seven bits a byte, the lowest first; the eighth says that more follow (LEB128).
const BITS: u32 = 7;
const MORE: u8 = 1 << BITS;

/// A gap has no more of them.
const MOST_BYTES: u32 = 5;

/// The gaps of ascending days.
///
/// # Errors
///
/// When the days do not ascend, or there is no memory for the gaps.
pub fn packed_gaps(days: &[i32]) -> Result<Vec<u8>> {
    // Most gaps are of less than 128 days.
    let mut bytes = with_room(days.len())?;
    for pair in days.windows(2) {
        let gap = i64::from(pair[1]) - i64::from(pair[0]);
        // The difference of any two i32 fits.
        let mut left = u32::try_from(gap)
            .ok()
            .filter(|&gap| gap > 0)
            .ok_or_else(wrong)?;
        while left >= u32::from(MORE) {
            push(&mut bytes, left as u8 | MORE)?;
            left >>= BITS;
        }
        push(&mut bytes, left as u8)?;
    }
    Ok(bytes)
}

/// The ascending days of `purchases` from the first on, which gaps are between.
///
/// # Errors
///
/// When the bytes are not as many gaps, or there is no memory for the days.
pub fn days_of_gaps(first_day: i32, purchases: i32, gaps: &[u8]) -> Result<Vec<i32>> {
    let mut days = Vec::new();
    days_into(&mut days, first_day, purchases, gaps)?;
    Ok(days)
}

/// The same in the memory of the days before.
///
/// # Errors
///
/// As [`days_of_gaps`].
pub fn days_into(days: &mut Vec<i32>, first_day: i32, purchases: i32, gaps: &[u8]) -> Result<()> {
    let count = usize::try_from(purchases).unwrap_or(0);
    // A gap takes a byte, so the memory is bounded by what was given.
    if count > gaps.len() + 1 {
        return Err(wrong());
    }
    days.clear();
    grow(days, count)?;
    let mut day = first_day;
    push(days, day)?;
    let (mut gap, mut shift) = (0u32, 0);
    for &byte in gaps {
        if shift >= MOST_BYTES * BITS {
            return Err(wrong());
        }
        gap |= u32::from(byte & !MORE) << shift;
        if byte & MORE != 0 {
            shift += BITS;
            continue;
        }
        day = day
            .checked_add_unsigned(gap)
            .filter(|&next| next > day)
            .ok_or_else(wrong)?;
        push(days, day)?;
        (gap, shift) = (0, 0);
    }
    if shift > 0 || days.len() != count {
        return Err(wrong());
    }
    Ok(())
}

/// The gaps one by one; `None` for what is no gap, and nothing after it.
pub fn gaps(bytes: &[u8]) -> impl Iterator<Item = Option<u32>> {
    let mut left = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = left.filter(|bytes| !bytes.is_empty())?;
        let next = first_gap(bytes).filter(|&(gap, _)| gap > 0);
        left = next.map(|(_, rest)| rest);
        Some(next.map(|(gap, _)| gap))
    })
}

/// The first gap and the bytes after it.
fn first_gap(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut gap = 0u32;
    for (place, &byte) in bytes.iter().enumerate().take(MOST_BYTES as usize) {
        gap |= u32::from(byte & !MORE) << (BITS * place as u32);
        if byte & MORE == 0 {
            return Some((gap, &bytes[place + 1..]));
        }
    }
    None
}

fn wrong() -> Error {
    Error::argument(
        "history",
        "must have all its purchases in order_dates, ascending",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn days_come_back(days in prop::collection::btree_set(any::<i32>(), 1..40)) {
            let days = Vec::from_iter(days);
            let gaps = packed_gaps(&days).expect("ascending");
            let count = days.len() as i32;
            prop_assert_eq!(days_of_gaps(days[0], count, &gaps), Ok(days.clone()));
            let expected = days.windows(2).map(|pair| Some(pair[1].wrapping_sub(pair[0]) as u32));
            prop_assert_eq!(Vec::from_iter(super::gaps(&gaps)), Vec::from_iter(expected));
            prop_assert!(days_of_gaps(days[0], gaps.len() as i32 + 2, &gaps).is_err());
        }

        #[test]
        fn any_bytes_are_days_or_refused(first in any::<i32>(), count in any::<i32>(), bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            if let Ok(days) = days_of_gaps(first, count, &bytes) {
                prop_assert!(days.len() <= bytes.len() + 1);
                prop_assert!(days.is_sorted());
            }
        }
    }

    #[test]
    fn a_gap_of_a_season_takes_a_byte() {
        assert_eq!(packed_gaps(&[0, 127, 255]), Ok(vec![127, 128, 1]));
        assert_eq!(packed_gaps(&[5]), Ok(vec![]));
        assert!(packed_gaps(&[5, 5]).is_err());
        assert!(packed_gaps(&[5, 4]).is_err());
        assert!(days_of_gaps(0, 1, &[128]).is_err());
        assert_eq!(Vec::from_iter(gaps(&[7, 0, 7])), [Some(7), None]);
        assert!(days_of_gaps(0, 1, &[255, 255, 255, 255, 255, 1]).is_err());
    }
}
