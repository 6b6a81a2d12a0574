//! Audiences defined as data: members, sets of members and their comparison.

pub mod audience_sets;
pub mod audience_totals;
pub mod definition;
