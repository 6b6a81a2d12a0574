//! What the fit needs of one customer.

use super::mbg_nbd_fit::Observation;
use crate::models::numerics::checks::is_finite;
use crate::models::purchases::purchases::PurchaseHistory;

/// The purchases of one customer, in 12 bytes. The order of the fields is the
/// order (x, t, T) that the sample is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackedHistory {
    /// Repeat purchases.
    pub repeat: u32,
    /// Days from the first to the last purchase.
    pub span: u32,
    /// `!last_day`: ascending where T, for the same span, is ascending.
    earliness: i32,
}

impl PackedHistory {
    /// A valid history.
    pub fn new(history: &PurchaseHistory) -> Self {
        Self {
            repeat: history.repeat(),
            // The difference of any two i32 fits, and a valid span is not negative.
            span: history.last_day.wrapping_sub(history.first_day) as u32,
            earliness: !history.last_day,
        }
    }

    /// Purchase days.
    pub fn purchases(&self) -> usize {
        self.repeat as usize + 1
    }

    /// Whether somebody can have bought so.
    pub fn is_possible(&self) -> bool {
        let first_day = i64::from(self.last_day()) - i64::from(self.span);
        let first_day = i32::try_from(first_day).is_ok_and(is_finite);
        let gaps = if self.repeat == 0 {
            self.span == 0
        } else {
            self.repeat <= self.span
        };
        first_day && is_finite(self.last_day()) && gaps
    }

    /// The day of the first purchase.
    pub fn first_day(&self) -> i32 {
        self.last_day().wrapping_sub(self.span as i32)
    }

    /// The day of the last purchase.
    pub fn last_day(&self) -> i32 {
        !self.earliness
    }

    /// What the fit sees as of a day that is not before the last purchase.
    pub fn observation(&self, as_of: i32) -> Observation {
        let t = f64::from(self.span);
        let silence = i64::from(as_of) - i64::from(self.last_day());
        Observation {
            x: self.repeat,
            t,
            total: t + silence as f64,
            weight: 1.0,
        }
    }
}

/// The sign of a day, flipped so that days sort as numbers without one.
const SIGN: u32 = 1 << 31;

/// A number that sorts as the fields do and holds them all. To sort numbers is quicker.
impl From<PackedHistory> for u128 {
    fn from(history: PackedHistory) -> Self {
        let earliness = history.earliness as u32 ^ SIGN;
        Self::from(history.repeat) << 64 | Self::from(history.span) << 32 | Self::from(earliness)
    }
}

/// The history of such a number.
impl From<u128> for PackedHistory {
    fn from(number: u128) -> Self {
        Self {
            repeat: (number >> 64) as u32,
            span: (number >> 32) as u32,
            earliness: (number as u32 ^ SIGN) as i32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any_history() -> impl proptest::strategy::Strategy<Value = PackedHistory> {
        use proptest::prelude::*;
        (any::<u32>(), any::<u32>(), any::<i32>()).prop_map(|(repeat, span, last_day)| {
            PackedHistory {
                repeat,
                span,
                earliness: !last_day,
            }
        })
    }

    proptest::proptest! {
        #[test]
        fn numbers_sort_and_read_back_as_the_fields_do(a in any_history(), b in any_history()) {
            proptest::prop_assert_eq!(u128::from(a).cmp(&u128::from(b)), a.cmp(&b));
            proptest::prop_assert_eq!(PackedHistory::from(u128::from(a)), a);
        }
    }
}
