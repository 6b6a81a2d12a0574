//! Customers per stage over time: a stacked area.

use super::facts::StageFacts;
use super::format::{compact, counted, day, month, percent, whole};
use super::scale::{Scale, ticks};
use super::table::{Cell, Table, number_column, text_column};
use chrono::NaiveDate;

/// The stages, from the bottom of the stack to its top, with their colours in the page's style.
pub const STAGES: [(&str, &str); 4] = [
    ("Just Ordered", "s0"),
    ("Active", "s1"),
    ("Slipping Away", "s2"),
    ("Lost", "s3"),
];

/// The chart, its sentence and its table.
#[derive(Debug)]
pub struct StagesChart {
    /// What it shows, in a sentence.
    pub says: String,
    /// The chart for a page, and for a telephone.
    pub drawings: [StackedArea; 2],
    /// The names of the stages, with their colours, from the top of the stack down.
    pub legend: Vec<(&'static str, &'static str)>,
    /// The numbers.
    pub table: Table,
}

/// A chart of one width.
#[derive(Debug)]
pub struct StackedArea {
    /// Which screens it is for.
    pub class: &'static str,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Where the axes begin and end.
    pub left: f64,
    /// The right end.
    pub right: f64,
    /// The bottom.
    pub bottom: f64,
    /// The areas, each with its stage and colour.
    pub areas: Vec<(&'static str, &'static str, String)>,
    /// Marks of customers.
    pub y_marks: Vec<Mark>,
    /// Marks of months.
    pub x_marks: Vec<Mark>,
}

/// A mark of an axis.
#[derive(Debug)]
pub struct Mark {
    /// Where.
    pub at: f64,
    /// What it says.
    pub text: String,
}

/// The chart, if there are two months to draw between.
pub fn stages_chart(facts: &[StageFacts]) -> Option<StagesChart> {
    let mut months: Vec<NaiveDate> = facts.iter().map(|row| row.period_end).collect();
    months.dedup();
    if months.len() < 2 {
        return None;
    }
    let count = |end: NaiveDate, stage: &str| {
        let row = facts
            .iter()
            .find(|row| row.period_end == end && row.lifecycle_stage == stage);
        row.map_or(0, |row| row.customers)
    };
    let counts: Vec<[i64; 4]> = months
        .iter()
        .map(|end| STAGES.map(|(stage, _)| count(*end, stage)))
        .collect();
    Some(StagesChart {
        says: sentence(&months, &counts)?,
        drawings: [
            drawing("wide", 960.0, 320.0, 9, &months, &counts),
            drawing("narrow", 340.0, 260.0, 3, &months, &counts),
        ],
        legend: STAGES.into_iter().rev().collect(),
        table: table(&months, &counts),
    })
}

fn sentence(months: &[NaiveDate], counts: &[[i64; 4]]) -> Option<String> {
    let (now, first) = (counts.last()?, counts.first()?);
    let staying = |counts: &[i64; 4]| counts[0] + counts[1];
    let share = |counts: &[i64; 4]| {
        let all: i64 = counts.iter().sum();
        percent(staying(counts) as f64 / all.max(1) as f64)
    };
    Some(format!(
        "On {}, {} of {} had just ordered or were active: {}. At the end of {} it was {} of {}: {}.",
        day(*months.last()?),
        whole(staying(now) as f64),
        counted(now.iter().sum(), "customer", "customers"),
        share(now),
        month(*months.first()?),
        whole(staying(first) as f64),
        whole(first.iter().sum::<i64>() as f64),
        share(first),
    ))
}

fn drawing(
    class: &'static str,
    width: f64,
    height: f64,
    most_labels: usize,
    months: &[NaiveDate],
    counts: &[[i64; 4]],
) -> StackedArea {
    let (left, right, top, bottom) = (46.0, width - 34.0, 10.0, height - 30.0);
    let most = counts.iter().map(|row| row.iter().sum::<i64>()).max();
    let y_ticks = ticks(most.unwrap_or(0) as f64, 4);
    let y = Scale::new(y_ticks.last().copied().unwrap_or(1.0), bottom, top);
    let last = months.len() - 1;
    let x = Scale::new(last as f64, left, right);
    let top_of = |month: usize, stage: usize| counts[month][..=stage].iter().sum::<i64>() as f64;
    let areas = STAGES.iter().enumerate().map(|(stage, (name, colour))| {
        let above = (0..=last).map(|month| (month, top_of(month, stage)));
        let below = (0..=last).rev().map(|month| {
            let floor = if stage == 0 {
                0.0
            } else {
                top_of(month, stage - 1)
            };
            (month, floor)
        });
        let points: Vec<String> = above
            .chain(below)
            .map(|(month, customers)| format!("{},{}", x.at(month as f64), y.at(customers)))
            .collect();
        (*name, *colour, points.join(" "))
    });
    // From the last month back, so that today has a label.
    let every = months.len().div_ceil(most_labels);
    let labelled = (0..=last).rev().step_by(every);
    StackedArea {
        class,
        width,
        height,
        left,
        right,
        bottom,
        areas: areas.collect(),
        y_marks: y_ticks
            .iter()
            .map(|tick| Mark {
                at: y.at(*tick),
                text: compact(*tick),
            })
            .collect(),
        x_marks: labelled
            .map(|index| Mark {
                at: x.at(index as f64),
                text: month(months[index]),
            })
            .collect(),
    }
}

fn table(months: &[NaiveDate], counts: &[[i64; 4]]) -> Table {
    let mut columns = vec![text_column("Day")];
    columns.extend(STAGES.map(|(stage, _)| number_column(stage)));
    columns.push(number_column("All customers"));
    let rows = months.iter().zip(counts).rev().map(|(end, counts)| {
        let mut row = vec![Cell::day(*end)];
        row.extend(counts.map(Cell::count));
        row.push(Cell::count(counts.iter().sum()));
        row
    });
    Table {
        id: "stages",
        caption: "Customers per stage at the end of each month".into(),
        columns,
        rows: rows.collect(),
        sentences: Vec::new(),
        is_heat: false,
    }
}
