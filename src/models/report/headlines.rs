//! The figures at the head of the page, with their change in a year, and the stages behind them.

use super::facts::OverviewFacts;
use super::format::{change, money, whole};
use super::table::{Cell, Table, number_column, text_column};

/// A figure and what became of it.
#[derive(Debug)]
pub struct Headline {
    /// What it is.
    pub label: &'static str,
    /// The figure.
    pub text: String,
    /// The figure in full.
    pub value: String,
    /// The way from the figure of a year before; none where there were no customers then.
    pub change: Option<Change>,
}

/// The way from the figure of a year before.
#[derive(Debug)]
pub struct Change {
    /// An arrow, if there was a change.
    pub arrow: &'static str,
    /// By how much.
    pub text: String,
    /// The figure of a year before.
    pub before: String,
}

/// How many days of orders a figure of a year before needs behind it, or a young shop's growth is
/// told as change: stages their rhythm, figures of a month and of a year that span.
const STAGE_DAYS: i64 = 90;
const MONTH_DAYS: i64 = 31;
const YEAR_DAYS: i64 = 365;

/// The figures that are known; those of a year before where the shop was `age_then` days old that
/// are enough for them.
pub fn headlines(facts: &[OverviewFacts], age_then: i64) -> Vec<Headline> {
    let Some(all) = facts.iter().find(|row| row.lifecycle_stage.is_none()) else {
        return Vec::new();
    };
    let of = |stages: &'static [&'static str]| {
        let of_them = move |row: &&OverviewFacts| {
            let stage = row.lifecycle_stage.as_deref();
            stage.is_some_and(|stage| stages.contains(&stage))
        };
        let now = facts.iter().filter(of_them).map(|row| row.customers).sum();
        let before = facts
            .iter()
            .filter(of_them)
            .map(|row| row.customers_year_before)
            .sum();
        (now, before)
    };
    let count = |label, (now, before): (i64, Option<i64>), days: i64| {
        let before = before.filter(|_| age_then >= days);
        headline(
            label,
            Some(now as f64),
            before.map(|before| before as f64),
            whole,
        )
    };
    let amount = |label, now, before: Option<f64>, days: i64| {
        headline(label, now, before.filter(|_| age_then >= days), money)
    };
    let figures = [
        count(
            "Active or just ordered",
            of(&["Just Ordered", "Active"]),
            STAGE_DAYS,
        ),
        count("Slipping away", of(&["Slipping Away"]), STAGE_DAYS),
        count(
            "New, last month",
            (all.new_customers, all.new_customers_year_before),
            MONTH_DAYS,
        ),
        count(
            "Won back, last month",
            (all.won_back, all.won_back_year_before),
            STAGE_DAYS,
        ),
        amount(
            "Revenue, last 365 days",
            all.revenue_365_days,
            all.revenue_365_days_year_before,
            YEAR_DAYS,
        ),
        amount(
            "Expected revenue, next 365 days",
            all.expected_revenue,
            all.expected_revenue_year_before,
            STAGE_DAYS,
        ),
    ];
    figures.into_iter().flatten().collect()
}

fn headline(
    label: &'static str,
    now: Option<f64>,
    before: Option<f64>,
    shown: fn(f64) -> String,
) -> Option<Headline> {
    let now = now?;
    Some(Headline {
        label,
        text: shown(now),
        value: now.to_string(),
        change: before.filter(|before| *before > 0.0).map(|before| Change {
            arrow: match now.total_cmp(&before) {
                std::cmp::Ordering::Greater => "▲",
                std::cmp::Ordering::Less => "▼",
                std::cmp::Ordering::Equal => "",
            },
            // A young shop grows by thousands of percent, which says nothing.
            text: if now < 10.0 * before {
                change(now / before - 1.0)
            } else {
                String::new()
            },
            before: shown(before),
        }),
    })
}

/// The stages on the day of the page and before.
pub fn overview_table(facts: &[OverviewFacts]) -> Table {
    let rows = facts.iter().map(|row| {
        let name = row.lifecycle_stage.as_deref().unwrap_or("All customers");
        vec![
            Cell::text(name),
            Cell::count(row.customers),
            Cell::whole(row.customers_1_month_before),
            Cell::whole(row.customers_3_months_before),
            Cell::whole(row.customers_6_months_before),
            Cell::whole(row.customers_year_before),
            Cell::money(row.revenue_30_days),
            Cell::money(row.revenue_365_days),
            Cell::money(row.expected_revenue),
        ]
    });
    Table {
        id: "overview",
        caption: "Customers per stage, today and on the same day of earlier months".into(),
        columns: vec![
            text_column("Stage"),
            number_column("Customers"),
            number_column("1 month before"),
            number_column("3 months before"),
            number_column("6 months before"),
            number_column("A year before"),
            number_column("Revenue, last 30 days"),
            number_column("Revenue, last 365 days"),
            number_column("Expected, next 365 days"),
        ],
        rows: rows.collect(),
        sentences: Vec::new(),
        is_heat: false,
    }
}
