//! Predicates over the rows of a column, in SQL's three-valued logic.

use super::predicate::{Predicate, TextBound, float_key};
use crate::column::{Column, Kind, Values};

/// False, unknown or true, in this order: so AND is the minimum, OR the maximum and NOT the
/// difference to [`TRUE`], which compilers turn into instructions over many rows at once.
pub(super) type Truth = u8;
pub(super) const FALSE: Truth = 0;
pub(super) const UNKNOWN: Truth = 1;
pub(super) const TRUE: Truth = 2;

/// Writes the truth of a predicate for every row.
pub(super) fn evaluate(predicate: &Predicate, column: &Column, truths: &mut [Truth]) {
    if let Predicate::IsNull(wanted) = predicate {
        truths.fill(truth(*wanted == (column.kind == Kind::Null)));
        return set_nulls(column, truths, truth(*wanted));
    }
    match &column.values {
        Values::I8(values) => whole(predicate, values, truths),
        Values::I16(values) => whole(predicate, values, truths),
        Values::I32(values) => whole(predicate, values, truths),
        Values::I64(values) => whole(predicate, values, truths),
        Values::I128(values) => whole(predicate, values, truths),
        Values::U8(values) => whole(predicate, values, truths),
        Values::U16(values) => whole(predicate, values, truths),
        Values::U32(values) => whole(predicate, values, truths),
        Values::U64(values) => whole(predicate, values, truths),
        Values::U128(values) => whole(predicate, values, truths),
        Values::F32(values) => whole(predicate, &keys(values), truths),
        Values::F64(values) => whole(predicate, &keys(values), truths),
        Values::Text(values) => text(predicate, values, truths),
        Values::None => truths.fill(UNKNOWN),
    }
    set_nulls(column, truths, UNKNOWN);
}

fn truth(holds: bool) -> Truth {
    TRUE * Truth::from(holds)
}

fn fill<T>(truths: &mut [Truth], values: &[T], holds: impl Fn(&T) -> bool) {
    for (result, value) in truths.iter_mut().zip(values) {
        *result = truth(holds(value));
    }
}

fn set_nulls(column: &Column, truths: &mut [Truth], of_null: Truth) {
    let Some(validity) = column.validity else {
        return;
    };
    for (truths, &word) in truths.chunks_mut(64).zip(validity) {
        if word != u64::MAX {
            for (bit, result) in truths.iter_mut().enumerate() {
                if word >> bit & 1 == 0 {
                    *result = of_null;
                }
            }
        }
    }
}

fn keys<T: Copy + Into<f64>>(values: &[T]) -> Vec<i64> {
    values
        .iter()
        .map(|&value| float_key(value.into()))
        .collect()
}

/// A stored whole number.
trait Whole: Copy + Ord {
    /// The nearest number of this type. `i128::MAX` is no limit, so it becomes the largest.
    fn nearest(value: i128) -> Self;
    /// The same number, if the type has it.
    fn exactly(value: i128) -> Option<Self>;
}

macro_rules! whole {
    ($($type:ty),*) => { $(
        impl Whole for $type {
            fn nearest(value: i128) -> Self {
                let end = if value < 0 || value == i128::MIN { Self::MIN } else { Self::MAX };
                if value == i128::MAX { Self::MAX } else { Self::try_from(value).unwrap_or(end) }
            }
            fn exactly(value: i128) -> Option<Self> {
                value.try_into().ok()
            }
        }
    )* };
}
whole!(i8, i16, i32, i64, i128, u8, u16, u32, u64, u128);

fn whole<T: Whole>(predicate: &Predicate, values: &[T], truths: &mut [Truth]) {
    match predicate {
        Predicate::Range { low, high, negated } => {
            let (nearest_low, nearest_high) = (T::nearest(*low), T::nearest(*high));
            // A range beyond the type's ends has no value in it.
            let beyond = low > high
                || (T::exactly(*low).is_none() && *low > 0)
                || (T::exactly(*high).is_none() && *high < 0);
            if beyond {
                truths.fill(truth(*negated));
            } else {
                fill(truths, values, |value| {
                    ((*value >= nearest_low) & (*value <= nearest_high)) != *negated
                });
            }
        }
        Predicate::OneOf(wanted) => {
            let wanted: Vec<T> = wanted
                .iter()
                .filter_map(|&value| T::exactly(value))
                .collect();
            if wanted.len() <= FEW {
                fill(truths, values, |value| wanted.contains(value));
            } else {
                fill(truths, values, |value| wanted.binary_search(value).is_ok());
            }
        }
        // Binding makes only these of a column of numbers.
        _ => truths.fill(UNKNOWN),
    }
}

/// Up to so many values are compared one by one.
const FEW: usize = 8;

fn text(predicate: &Predicate, values: &[&[u8]], truths: &mut [Truth]) {
    match predicate {
        Predicate::TextOneOf { wanted, negated } if wanted.len() <= FEW => {
            fill(truths, values, |value| {
                wanted.iter().any(|wanted| wanted == value) != *negated
            });
        }
        Predicate::TextOneOf { wanted, negated } => {
            let found = |value: &&[u8]| {
                wanted
                    .binary_search_by(|wanted| wanted[..].cmp(value))
                    .is_ok()
            };
            fill(truths, values, |value| found(value) != *negated);
        }
        Predicate::TextRange(low, high) => fill(truths, values, |value| {
            let above = match low {
                TextBound::None => true,
                TextBound::Included(low) => *value >= &low[..],
                TextBound::Excluded(low) => *value > &low[..],
            };
            above
                && match high {
                    TextBound::None => true,
                    TextBound::Included(high) => *value <= &high[..],
                    TextBound::Excluded(high) => *value < &high[..],
                }
        }),
        Predicate::Like(pattern) => fill(truths, values, |value| {
            std::str::from_utf8(value).is_ok_and(|text| pattern.matches(text))
        }),
        Predicate::Keyword(query) => fill(truths, values, |value| {
            std::str::from_utf8(value).is_ok_and(|text| query.matches(text))
        }),
        _ => truths.fill(UNKNOWN),
    }
}
