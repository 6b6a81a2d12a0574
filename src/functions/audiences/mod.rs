//! Audiences defined as data: members, sets of members and their comparison.

use crate::duckdb::{Room, aggregate, scalar};

pub mod arguments;
pub mod audience_sql;
pub mod bought_answers;
pub mod definition_check;
pub mod definition_table;
pub mod definitions;
pub mod matches;
pub mod matching_set;
pub mod member_set;
pub mod members;
pub mod product_sets;
pub mod set_difference;
pub mod set_overlap;
pub mod set_totals;
pub mod shown;

pub(super) const ROOM: Room = Room {
    functions: &[
        audience_sql::register,
        scalar::<bought_answers::BoughtAnswers>,
        scalar::<definition_check::DefinitionCheck>,
        aggregate::<definition_table::DefinitionTable>,
        scalar::<definitions::Definitions>,
        scalar::<matches::Matches>,
        scalar::<matching_set::MatchingSet>,
        aggregate::<member_set::MemberSet>,
        scalar::<members::Members>,
        scalar::<product_sets::ProductSets>,
        scalar::<set_difference::SetDifference>,
        aggregate::<set_overlap::SetOverlap>,
        aggregate::<set_totals::SetTotals>,
        scalar::<shown::Shown>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/audiences/__audiences.sql"),
        include_str!("../../../sql/audiences/__audience_pairs.sql"),
        include_str!("../../../sql/audiences/__customers_history.sql"),
        include_str!("../../../sql/audiences/__definition_table.sql"),
        include_str!("../../../sql/audiences/__label_revenue.sql"),
        include_str!("../../../sql/audiences/__listed_audiences.sql"),
        include_str!("../../../sql/audiences/__member_sets.sql"),
        include_str!("../../../sql/audiences/__members_checked.sql"),
        include_str!("../../../sql/audiences/__single_rows.sql"),
        include_str!("../../../sql/audiences/__year_totals.sql"),
        include_str!("../../../sql/audiences/__until_orders.sql"),
        include_str!("../../../sql/audiences/__asked_lines.sql"),
        include_str!("../../../sql/audiences/__lines_meant.sql"),
        include_str!("../../../sql/audiences/__asked_met.sql"),
        include_str!("../../../sql/audiences/__asked_baskets.sql"),
        include_str!("../../../sql/audiences/__interest_answers.sql"),
        include_str!("../../../sql/audiences/__answered.sql"),
        include_str!("../../../sql/audiences/audience_changes.sql"),
        include_str!("../../../sql/audiences/audience_history.sql"),
        include_str!("../../../sql/audiences/audience_overlap.sql"),
        include_str!("../../../sql/audiences/audience_products.sql"),
        include_str!("../../../sql/audiences/audience_summary.sql"),
        include_str!("../../../sql/audiences/definition_check.sql"),
        include_str!("../../../sql/audiences/members.sql"),
    ],
};
