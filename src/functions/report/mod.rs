//! The overview page.

use crate::duckdb::{Room, scalar};

pub mod report_page;

pub(super) const ROOM: Room = Room {
    functions: &[scalar::<report_page::ReportPage>],
    types: &[],
    macros: &[
        include_str!("../../../sql/report/__no_lines.sql"),
        include_str!("../../../sql/report/__no_members.sql"),
        include_str!("../../../sql/report/__report_orders.sql"),
        include_str!("../../../sql/report/__report_options.sql"),
        include_str!("../../../sql/report/__report_overview.sql"),
        include_str!("../../../sql/report/__report_stages.sql"),
        include_str!("../../../sql/report/__report_value.sql"),
        include_str!("../../../sql/report/__report_gaps.sql"),
        include_str!("../../../sql/report/__report_lapse.sql"),
        include_str!("../../../sql/report/__report_cohorts.sql"),
        include_str!("../../../sql/report/__report_deciles.sql"),
        include_str!("../../../sql/report/__report_quality.sql"),
        include_str!("../../../sql/report/__report_slipping.sql"),
        include_str!("../../../sql/report/__report_audiences.sql"),
        include_str!("../../../sql/report/__report_sections.sql"),
        include_str!("../../../sql/report/report.sql"),
    ],
};
