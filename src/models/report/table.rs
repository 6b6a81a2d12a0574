//! A table of the page: what a cell shows, and the number behind it.

use super::format::{UNKNOWN, compact, day, money, month, percent, short_day, whole};
use askama::Template;
use askama::filters::HtmlSafe;
use chrono::NaiveDate;

/// A table with a heading per column. The first column names the row.
#[derive(Debug, Template)]
#[template(path = "report/table.html")]
pub struct Table {
    /// Which rows of SQL it shows.
    pub id: &'static str,
    /// What it shows, for those who do not see where it stands.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Heading>,
    /// Its cells, row by row.
    pub rows: Vec<Vec<Cell>>,
    /// A sentence below each row; in most tables there are none.
    pub sentences: Vec<String>,
    /// Whether its cells have the colours of a heat table.
    pub is_heat: bool,
}

impl Table {
    /// The sentence below a row; a template passes references.
    fn sentence(&self, row: &usize) -> Option<&str> {
        self.sentences.get(*row).map(String::as_str)
    }
}

// Both are HTML already, whose texts were escaped as it was written.
impl HtmlSafe for Table {}
impl HtmlSafe for Cell {}

/// The head of a column.
#[derive(Debug)]
pub struct Heading {
    /// The text.
    pub text: String,
    /// Whether the cells are numbers, which stand at the right.
    pub is_number: bool,
}

/// A column of numbers.
pub fn number_column(text: impl Into<String>) -> Heading {
    Heading {
        text: text.into(),
        is_number: true,
    }
}

/// A column of texts or days.
pub fn text_column(text: impl Into<String>) -> Heading {
    Heading {
        text: text.into(),
        is_number: false,
    }
}

/// What a cell shows, for programs.
#[derive(Debug)]
pub enum CellValue {
    /// Nothing but its text.
    None,
    /// The number in full.
    Number(String),
    /// The day.
    Day(NaiveDate),
}

/// A cell.
#[derive(Debug, Template)]
#[template(path = "report/cell.html")]
pub struct Cell {
    /// What is shown.
    pub text: String,
    /// The same for programs.
    pub value: CellValue,
    /// How much of the colour of a heat table it has, 0 to 1.
    pub heat: Option<String>,
    /// A smaller second line.
    pub below: Option<String>,
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            value: CellValue::None,
            heat: None,
            below: None,
        }
    }

    fn number(number: Option<f64>, shown: impl Fn(f64) -> String) -> Self {
        Self {
            value: number.map_or(CellValue::None, |number| {
                CellValue::Number(number.to_string())
            }),
            ..Self::text(number.map_or_else(|| UNKNOWN.to_owned(), shown))
        }
    }

    /// A count.
    pub fn count(number: i64) -> Self {
        Self {
            value: CellValue::Number(number.to_string()),
            ..Self::text(whole(number as f64))
        }
    }

    /// An amount of money.
    pub fn money(amount: Option<f64>) -> Self {
        Self::number(amount, money)
    }

    /// An amount of money in little space.
    pub fn short_money(amount: Option<f64>) -> Self {
        Self::number(amount, compact)
    }

    /// A share.
    pub fn share(share: Option<f64>) -> Self {
        Self::number(share, percent)
    }

    /// A number of days, or another whole number that may be missing.
    pub fn whole(number: Option<i64>) -> Self {
        Self::number(number.map(|number| number as f64), whole)
    }

    /// A day.
    pub fn day(date: NaiveDate) -> Self {
        Self {
            value: CellValue::Day(date),
            ..Self::text(day(date))
        }
    }

    /// A day in a narrow column.
    pub fn short_day(date: NaiveDate) -> Self {
        Self {
            value: CellValue::Day(date),
            ..Self::text(short_day(date))
        }
    }

    /// A month, by its first day.
    pub fn month(date: NaiveDate) -> Self {
        Self {
            value: CellValue::Day(date),
            ..Self::text(month(date))
        }
    }

    /// The same cell in the colour of a heat table.
    #[must_use]
    pub fn heated(self, heat: f64) -> Self {
        Self {
            heat: Some(format!("{:.2}", heat.clamp(0.0, 1.0))),
            ..self
        }
    }

    /// The same cell with a second line.
    #[must_use]
    pub fn below(self, text: String) -> Self {
        Self {
            below: Some(text),
            ..self
        }
    }
}
