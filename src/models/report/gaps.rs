//! How soon customers buy again: a curve per purchase, and the lapse threshold.

use super::facts::{GapFacts, LapseFacts};
use super::format::{counted, ordinal, percent};
use super::scale::{Scale, ticks};
use super::stages::Mark;
use super::table::{Cell, Table, number_column, text_column};

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 52.0;
/// Room for the names of the curves at their right ends.
const RIGHT: f64 = WIDTH - 108.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = HEIGHT - 42.0;
/// The least distance between two names.
const LINE: f64 = 16.0;

/// The chart, its sentence and its table.
#[derive(Debug)]
pub struct GapsChart {
    /// What it shows, in a sentence.
    pub says: String,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Where the axes begin and end.
    pub left: f64,
    /// The right end.
    pub right: f64,
    /// The top.
    pub top: f64,
    /// The bottom.
    pub bottom: f64,
    /// The curves.
    pub curves: Vec<GapCurve>,
    /// The threshold, if there is one within the axis.
    pub threshold: Option<LapseMark>,
    /// Marks of shares.
    pub y_marks: Vec<Mark>,
    /// Marks of days.
    pub x_marks: Vec<Mark>,
    /// The numbers.
    pub table: Table,
}

/// The curve of one purchase.
#[derive(Debug)]
pub struct GapCurve {
    /// Its name.
    pub name: String,
    /// Its colour in the page's style.
    pub class: &'static str,
    /// The points that are known.
    pub points: Vec<(f64, f64)>,
    /// Where the name stands.
    pub name_at: f64,
}

/// The threshold and its interval.
#[derive(Debug)]
pub struct LapseMark {
    /// Where it stands.
    pub at: f64,
    /// Where its interval begins.
    pub from: f64,
    /// How wide that is.
    pub width: f64,
    /// The days.
    pub text: String,
    /// On which side of the line the text has room.
    pub anchor: &'static str,
    /// Where the text stands.
    pub text_at: f64,
}

fn shares(facts: &GapFacts) -> [(f64, Option<f64>); 5] {
    [
        (30.0, facts.share_30_days),
        (60.0, facts.share_60_days),
        (90.0, facts.share_90_days),
        (180.0, facts.share_180_days),
        (365.0, facts.share_365_days),
    ]
}

/// The chart, if somebody has bought twice.
pub fn gaps_chart(facts: &[GapFacts], lapse: Option<&LapseFacts>) -> Option<GapsChart> {
    let first = facts.first()?;
    let known = facts.iter().flat_map(shares).filter_map(|(_, share)| share);
    let most = known.fold(0.0, f64::max);
    let y_ticks = ticks(most.max(0.01), 4);
    let y = Scale::new(y_ticks.last().copied().unwrap_or(1.0), BOTTOM, TOP);
    let x = Scale::new(365.0, LEFT, RIGHT);
    let mut curves: Vec<GapCurve> = facts
        .iter()
        .zip(["c0", "c1", "c2"])
        .filter_map(|(facts, class)| {
            let points = shares(facts)
                .into_iter()
                .filter_map(|(days, share)| Some((x.at(days), y.at(share?))));
            let points: Vec<_> = std::iter::once((x.at(0.0), y.at(0.0)))
                .chain(points)
                .collect();
            let (_, name_at) = *points.last()?;
            let name = format!("{} purchase", ordinal(facts.purchase_number));
            Some(GapCurve {
                name,
                class,
                points,
                name_at,
            })
        })
        .collect();
    spread(&mut curves);
    Some(GapsChart {
        says: sentence(first, lapse),
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        right: RIGHT,
        top: TOP,
        bottom: BOTTOM,
        curves,
        threshold: lapse.and_then(|lapse| threshold(lapse, &x)),
        y_marks: y_ticks
            .iter()
            .map(|tick| Mark {
                at: y.at(*tick),
                text: percent(*tick),
            })
            .collect(),
        x_marks: [0.0, 90.0, 180.0, 270.0, 365.0]
            .into_iter()
            .map(|days| Mark {
                at: x.at(days),
                text: days.to_string(),
            })
            .collect(),
        table: table(facts),
    })
}

/// Moves names that would overlap, the highest first.
fn spread(curves: &mut [GapCurve]) {
    let mut order: Vec<usize> = (0..curves.len()).collect();
    order.sort_by(|a, b| curves[*a].name_at.total_cmp(&curves[*b].name_at));
    for pair in 1..order.len() {
        let above = curves[order[pair - 1]].name_at;
        let curve = &mut curves[order[pair]];
        curve.name_at = curve.name_at.max(above + LINE);
    }
    // What was pushed below the axis moves up again, and the others with it.
    let mut floor = BOTTOM;
    for index in order.into_iter().rev() {
        curves[index].name_at = curves[index].name_at.min(floor);
        floor = curves[index].name_at - LINE;
    }
}

fn threshold(lapse: &LapseFacts, x: &Scale) -> Option<LapseMark> {
    let days = lapse.threshold_days.filter(|days| *days <= 365)?;
    let at = x.at(days as f64);
    let from = x.at(lapse.lower_days.unwrap_or(days) as f64);
    let to = x.at(lapse.upper_days.unwrap_or(365).min(365) as f64);
    let is_left = at > (LEFT + RIGHT) / 2.0;
    Some(LapseMark {
        at,
        from,
        width: ((to - from) * 10.0).round() / 10.0,
        text: format!("lapsed after {}", counted(days, "day", "days")),
        anchor: if is_left { "end" } else { "start" },
        text_at: if is_left { at + 4.0 } else { at - 4.0 },
    })
}

fn sentence(first: &GapFacts, lapse: Option<&LapseFacts>) -> String {
    let within = |days: &str, share: Option<f64>| {
        share.map(|share| format!("{} within {days} days", percent(share)))
    };
    let found = [
        within("90", first.share_90_days),
        within("365", first.share_365_days),
    ];
    let found: Vec<String> = found.into_iter().flatten().collect();
    let again = if found.is_empty() {
        "Nobody has been a customer for 90 days yet.".to_owned()
    } else {
        format!(
            "Of the new customers, {} buy a second time.",
            found.join(" and ")
        )
    };
    let lapsed = match lapse {
        Some(LapseFacts {
            threshold_days: Some(days),
            lower_days,
            upper_days,
        }) => {
            let interval = match (lower_days, upper_days) {
                (Some(lower), Some(upper)) => format!(" (95 % interval: {lower} to {upper})"),
                (Some(lower), None) => format!(" (95 % interval: from {lower} on)"),
                _ => String::new(),
            };
            format!(
                "After {} of silence{interval}, four fifths of those who ever return have done so: \
                 whoever is silent for longer has lapsed.",
                counted(*days, "day", "days")
            )
        }
        _ => {
            "There are fewer than 30 repeat buyers, too few to say after how many days of silence \
              a customer has lapsed."
                .to_owned()
        }
    };
    format!("{again} {lapsed}")
}

fn table(facts: &[GapFacts]) -> Table {
    let mut columns = vec![
        text_column("Purchase"),
        number_column("Customers who made the one before"),
        number_column("Customers who made this one"),
    ];
    columns.extend([30, 60, 90, 180, 365].map(|days| number_column(format!("Within {days} days"))));
    columns.push(number_column("Median, days"));
    let rows = facts.iter().map(|facts| {
        let mut row = vec![
            Cell::text(ordinal(facts.purchase_number)),
            Cell::count(facts.customers_at_risk),
            Cell::count(facts.customers_converted),
        ];
        row.extend(shares(facts).map(|(_, share)| Cell::share(share)));
        row.push(Cell::whole(facts.median_days));
        row
    });
    Table {
        id: "gaps",
        caption: "Share of the customers who make a purchase within days of the one before".into(),
        columns,
        rows: rows.collect(),
        sentences: Vec::new(),
        is_heat: false,
    }
}
