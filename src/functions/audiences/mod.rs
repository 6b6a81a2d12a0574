//! Audiences defined as data: members, sets of members and their comparison.

pub mod arguments;
pub mod audience_sql;
pub mod definition_check;
pub mod definitions;
pub mod matches;
pub mod matching_set;
pub mod member_set;
pub mod members;
pub mod set_difference;
pub mod set_overlap;
pub mod set_totals;
