//! How well the predictions of half a year ago have come true.

use super::facts::{DecileFacts, QualityFacts};
use super::format::{counted, day, percent, whole};
use super::scale::Scale;
use super::stages::Mark;
use super::table::{Cell, Table, number_column, text_column};
use chrono::NaiveDate;

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = WIDTH - 10.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = HEIGHT - 42.0;
/// Fewer customers say nothing about the predictions.
const FEWEST: i64 = 30;
/// The share of its place that a bar fills.
const FILLED: f64 = 0.62;

/// The chart, its sentence and its table.
#[derive(Debug)]
pub struct PredictionsChart {
    /// What it shows, in a sentence.
    pub says: String,
    /// What to know about it.
    pub note: Option<String>,
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
    /// A bar per tenth.
    pub bars: Vec<TenthBar>,
    /// Marks of shares.
    pub y_marks: Vec<Mark>,
    /// The numbers.
    pub table: Table,
}

/// What came for a tenth, and what was predicted.
#[derive(Debug)]
pub struct TenthBar {
    /// The tenth.
    pub name: String,
    /// The left end.
    pub x: f64,
    /// Its middle.
    pub middle: f64,
    /// Its width.
    pub width: f64,
    /// Its top.
    pub top: f64,
    /// Its height.
    pub height: f64,
    /// Where the prediction stands.
    pub predicted: f64,
}

/// The chart, if there were customers half a year ago and the measures are known.
pub fn predictions_chart(
    cutoff: NaiveDate,
    facts: &[DecileFacts],
    quality: Option<&QualityFacts>,
) -> Option<PredictionsChart> {
    let quality = quality.filter(|quality| quality.customers >= FEWEST)?;
    let auc = quality.auc?;
    if facts.is_empty() {
        return None;
    }
    let y = Scale::new(1.0, BOTTOM, TOP);
    let x = Scale::new(10.0, LEFT, RIGHT);
    let bars = facts.iter().map(|tenth| {
        let middle = x.at(tenth.bucket as f64 - 0.5);
        let width = (x.at(1.0) - LEFT) * FILLED;
        let top = y.at(tenth.realised_return_rate);
        TenthBar {
            name: tenth.bucket.to_string(),
            x: ((middle - width / 2.0) * 10.0).round() / 10.0,
            middle,
            width: (width * 10.0).round() / 10.0,
            top,
            height: ((BOTTOM - top) * 10.0).round() / 10.0,
            predicted: y.at(tenth.predicted_return_rate),
        }
    });
    Some(PredictionsChart {
        says: sentence(cutoff, facts, quality, auc),
        note: quality.note.as_deref().map(in_words),
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: RIGHT,
        bottom: BOTTOM,
        bars: bars.collect(),
        y_marks: [0.0, 0.25, 0.5, 0.75, 1.0]
            .into_iter()
            .map(|share| Mark {
                at: y.at(share),
                text: percent(share),
            })
            .collect(),
        table: table(facts),
    })
}

/// A note of the back-test for readers who do not know its methods by their names.
fn in_words(note: &str) -> String {
    const NAMES: [(&str, &str); 4] = [
        (
            "mbg_nbd has",
            "the purchase model without what the shop's past adds has",
        ),
        ("recency has", "the time since the last purchase alone has"),
        (
            "rfm has",
            "the segments of recency, frequency and value have",
        ),
        ("rf_grid has", "the segments of recency and frequency have"),
    ];
    let note = NAMES.iter().fold(note.to_owned(), |note, (name, words)| {
        note.replace(name, words)
    });
    note.replace(
        "Brier score",
        "mean squared error of the chances (Brier score)",
    )
}

fn sentence(cutoff: NaiveDate, facts: &[DecileFacts], quality: &QualityFacts, auc: f64) -> String {
    let top = facts.first().map_or_else(String::new, |tenth| {
        format!(
            " The likeliest tenth were predicted to return in {} of the cases, and {} did.",
            percent(tenth.predicted_return_rate),
            percent(tenth.realised_return_rate)
        )
    });
    format!(
        "Predicted on {}, for the 180 days after it: {} of {} returned.{top} One who returned had been \
         ranked above one who did not with a chance of {} (AUC {auc:.2}; 0.5 is guessing, 1 perfect).",
        day(cutoff),
        whole(quality.returned as f64),
        counted(quality.customers, "customer", "customers"),
        percent(auc),
    )
}

fn table(facts: &[DecileFacts]) -> Table {
    let rows = facts.iter().map(|tenth| {
        vec![
            Cell::text(tenth.bucket.to_string()),
            Cell::count(tenth.customers),
            Cell::share(Some(tenth.predicted_return_rate)),
            Cell::share(Some(tenth.realised_return_rate)),
        ]
    });
    Table {
        id: "deciles",
        caption: "Predicted and realised return rate per tenth of the customers".into(),
        columns: vec![
            text_column("Tenth, the likeliest first"),
            number_column("Customers"),
            number_column("Predicted to return"),
            number_column("Returned"),
        ],
        rows: rows.collect(),
        sentences: Vec::new(),
        is_heat: false,
    }
}
