//! Cohort retention: a heat table.

use super::facts::CohortFacts;
use super::format::{counted, percent};
use super::table::{Cell, Table, number_column, text_column};

const AGES: i64 = 12;

/// The heat table and its sentence.
#[derive(Debug)]
pub struct CohortsTable {
    /// What it shows, in a sentence.
    pub says: String,
    /// The cohorts, the latest first.
    pub table: Table,
}

/// The table, if a cohort has reached the month after its first.
pub fn cohorts_table(facts: &[CohortFacts]) -> Option<CohortsTable> {
    let mut cohorts: Vec<_> = facts
        .iter()
        .map(|cell| (cell.cohort, cell.customers))
        .collect();
    cohorts.dedup();
    if cohorts.is_empty() {
        return None;
    }
    let most = facts.iter().map(|cell| cell.retention).fold(0.0, f64::max);
    let mut columns = vec![text_column("First purchase"), number_column("Customers")];
    columns.extend((1..=AGES).map(|age| number_column(age.to_string())));
    let rows = cohorts.iter().rev().map(|(cohort, customers)| {
        let mut row = vec![Cell::month(*cohort), Cell::count(*customers)];
        row.extend((1..=AGES).map(|age| {
            let cell = facts
                .iter()
                .find(|cell| cell.cohort == *cohort && cell.age == age);
            cell.map_or_else(|| Cell::text(""), |cell| shown(cell, most))
        }));
        row
    });
    Some(CohortsTable {
        says: sentence(facts),
        table: Table {
            id: "cohorts",
            caption: "Share of each month's new customers who bought in each of the twelve months after it".into(),
            columns,
            rows: rows.collect(),
            sentences: Vec::new(),
            is_heat: true,
        },
    })
}

fn shown(cell: &CohortFacts, most: f64) -> Cell {
    let heat = if most > 0.0 {
        cell.retention / most
    } else {
        0.0
    };
    let mut shown = Cell::share(Some(cell.retention)).heated(heat);
    if !cell.complete {
        // The month is not over, so the share will still grow.
        shown.text = format!("{}*", shown.text);
    }
    shown
}

/// Over all cohorts whose month of this age is over.
fn overall(facts: &[CohortFacts], age: i64) -> Option<(i64, f64)> {
    let done = || facts.iter().filter(|cell| cell.age == age && cell.complete);
    let customers: i64 = done().map(|cell| cell.customers).sum();
    let retained: i64 = done().map(|cell| cell.retained).sum();
    (customers > 0).then(|| (customers, retained as f64 / customers as f64))
}

fn sentence(facts: &[CohortFacts]) -> String {
    let Some((customers, first)) = overall(facts, 1) else {
        return "No month after a first purchase is over yet, so these shares will still grow."
            .into();
    };
    let mut text = format!(
        "Of {}, {} bought again in the month after their first",
        counted(customers, "new customer", "new customers"),
        percent(first)
    );
    let last = (2..=AGES)
        .rev()
        .find_map(|age| Some((age, overall(facts, age)?)));
    if let Some((age, (customers, share))) = last {
        text += &format!(
            "; of the {} who have been here for {age} months, {} in month {age}",
            counted(customers, "customer", "customers"),
            percent(share)
        );
    }
    text + "."
}
