//! What the purchase history keeps of a set of days.

/// What the purchase history keeps of a set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DaySummary {
    pub(crate) count: usize,
    pub(crate) first: i32,
    pub(crate) last: i32,
    /// The 4th-last day, when there are at least four.
    pub(crate) fourth_last: Option<i32>,
}

/// The summary of distinct days in ascending order.
pub(super) fn summarise<T: Copy + Into<i32>>(days: &[T]) -> Option<DaySummary> {
    Some(DaySummary {
        count: days.len(),
        first: (*days.first()?).into(),
        last: (*days.last()?).into(),
        fourth_last: days.len().checked_sub(4).map(|i| days[i].into()),
    })
}
