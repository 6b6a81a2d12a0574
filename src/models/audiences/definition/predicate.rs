//! A condition made ready for the type of its column.

use super::like::Pattern;
use crate::models::intent::keyword::Query;
use crate::models::numerics::ordered_bits::ordered_bits;

/// What is asked of a value that is not NULL.
///
/// Whatever has an order is stored as a whole number or mapped to one that keeps it (see
/// [`float_key`]), so one range answers every comparison.
#[derive(Debug)]
pub(super) enum Predicate {
    /// Whether the row is NULL: never unknown.
    IsNull(bool),
    /// Whether the stored number is from `low` to `high`. `i128::MAX` is no limit.
    Range {
        low: i128,
        high: i128,
        negated: bool,
    },
    /// Whether it is one of these, in ascending order.
    OneOf(Vec<i128>),
    /// Whether the text is from the first to the second.
    TextRange(TextBound, TextBound),
    /// Whether it is one of these, in ascending order.
    TextOneOf { wanted: Vec<Vec<u8>>, negated: bool },
    /// Whether it is like the pattern.
    Like(Pattern),
    /// Whether the text has the words.
    Keyword(Query),
}

/// An end of a range of texts.
#[derive(Debug)]
pub(super) enum TextBound {
    None,
    Included(Vec<u8>),
    Excluded(Vec<u8>),
}

/// Whole numbers in the order of floating point numbers as SQL has it: -0 equals 0, and NaN
/// is the largest and equals itself.
#[inline]
pub(super) fn float_key(value: f64) -> i64 {
    if value.is_nan() {
        return i64::MAX;
    }
    ordered_bits(value)
}
