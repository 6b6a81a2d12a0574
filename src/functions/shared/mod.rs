//! What several rooms need: the checks of arguments and columns, and the macros that read them.

use crate::duckdb::{Room, scalar};

pub mod column;
pub mod condition;
pub mod date_column;
pub mod number_column;
pub mod number_refusal;
pub mod refusal;
pub mod whole_number;

pub(super) const ROOM: Room = Room {
    functions: &[
        scalar::<column::Column>,
        scalar::<condition::Condition>,
        scalar::<date_column::DateColumn>,
        scalar::<number_column::NumberColumn>,
        scalar::<number_refusal::NumberRefusal>,
        scalar::<refusal::Refusal>,
        scalar::<whole_number::WholeNumber>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/shared/__day.sql"),
        include_str!("../../../sql/shared/__written.sql"),
        include_str!("../../../sql/shared/__given_day.sql"),
        include_str!("../../../sql/shared/__refused.sql"),
        include_str!("../../../sql/shared/__number.sql"),
        include_str!("../../../sql/shared/__checked.sql"),
        include_str!("../../../sql/shared/__checked_whole.sql"),
        include_str!("../../../sql/shared/__checked_date.sql"),
        include_str!("../../../sql/shared/__until.sql"),
        include_str!("../../../sql/shared/__column.sql"),
        include_str!("../../../sql/shared/__date_column.sql"),
        include_str!("../../../sql/shared/__number_column.sql"),
        include_str!("../../../sql/shared/__condition.sql"),
        include_str!("../../../sql/shared/__has_group.sql"),
        include_str!("../../../sql/shared/__latest_group.sql"),
        include_str!("../../../sql/shared/__first_group.sql"),
        include_str!("../../../sql/shared/__order_rows.sql"),
        include_str!("../../../sql/shared/__met.sql"),
        include_str!("../../../sql/shared/__memory_limit.sql"),
        include_str!("../../../sql/shared/__fits.sql"),
        include_str!("../../../sql/shared/__days_fit.sql"),
        include_str!("../../../sql/shared/__lines_fit.sql"),
        include_str!("../../../sql/shared/__checked_days.sql"),
        include_str!("../../../sql/shared/__checked_number.sql"),
        include_str!("../../../sql/shared/__checked_switch.sql"),
        include_str!("../../../sql/shared/__checked_top.sql"),
        include_str!("../../../sql/shared/__clock.sql"),
        include_str!("../../../sql/shared/__type_family.sql"),
        include_str!("../../../sql/shared/__comparable_keys.sql"),
        include_str!("../../../sql/shared/__counted.sql"),
        include_str!("../../../sql/shared/__dated_histories.sql"),
        include_str!("../../../sql/shared/__days_since.sql"),
        include_str!("../../../sql/shared/__filled.sql"),
        include_str!("../../../sql/shared/__labels.sql"),
        include_str!("../../../sql/shared/__histories.sql"),
        include_str!("../../../sql/shared/__logs.sql"),
        include_str!("../../../sql/shared/__one.sql"),
        include_str!("../../../sql/shared/__order_lines.sql"),
        include_str!("../../../sql/shared/__is_given.sql"),
        include_str!("../../../sql/shared/__periods.sql"),
        include_str!("../../../sql/shared/__history_span.sql"),
        include_str!("../../../sql/shared/__history_periods.sql"),
        include_str!("../../../sql/shared/__products.sql"),
        include_str!("../../../sql/shared/__purchase_days.sql"),
    ],
};
