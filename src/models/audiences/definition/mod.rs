//! Audiences defined as data: a JSON document of conditions over the columns of a row.
//!
//! [`parse`] reads a document into a [`Definition`] and finds everything that is wrong with
//! it, [`table`] does so for many that may refer to each other, [`plan`] evaluates them on
//! many rows at once, and [`sql`] writes one as a WHERE clause. What a definition asks about
//! [`products`] is found in the order lines first.
//!
//! A condition is true, false or unknown, as in SQL: a comparison with NULL is unknown, and
//! only the rows on which the whole definition is true are members.

mod bind;
mod evaluate;
mod instant;
mod json;
mod like;
mod number;
pub mod parse;
pub mod plan;
mod predicate;
pub mod products;
pub mod sql;
pub mod table;

#[cfg(test)]
mod evaluate_tests;
#[cfg(test)]
mod parse_tests;
#[cfg(test)]
mod schema_tests;

use crate::models::numerics::checks::CENTURY_DAYS;
pub use number::Number;
#[cfg(test)]
use schemars::JsonSchema;

/// Who belongs to an audience: conditions over the columns of a customer's row, combined by all, any and not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename_all = "snake_case"))]
pub enum Definition {
    /// All of these hold.
    All(#[cfg_attr(test, schemars(length(min = 1)))] Vec<Definition>),
    /// At least one of these holds.
    Any(#[cfg_attr(test, schemars(length(min = 1)))] Vec<Definition>),
    /// This does not hold.
    Not(Box<Definition>),
    /// The customer is a member of another audience of the same table.
    Audience(#[cfg_attr(test, schemars(regex(pattern = NAME)))] String),
    /// The customer bought products of a set.
    Bought(Purchased),
    /// The customer did not: the opposite of bought.
    NotBought(Purchased),
    /// The customer is one of the likeliest buyers of a set of products.
    #[cfg_attr(test, schemars(untagged))]
    InterestedIn(InterestedIn),
    /// A condition on a column.
    #[cfg_attr(test, schemars(untagged))]
    Condition(Condition),
}

/// Products, and how often and how lately they were bought. A purchase is a day on which the customer bought one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Purchased {
    /// The products.
    pub products: ProductSet,
    /// The fewest purchases.
    pub at_least: u32,
    /// Only those of the last N days count, of which as_of is the last.
    pub within_days: Option<u32>,
}

/// Products, and how many of those who are likely to buy them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(JsonSchema), schemars(deny_unknown_fields))]
pub struct InterestedIn {
    /// The products.
    #[cfg_attr(test, schemars(rename = "interested_in"))]
    pub products: ProductSet,
    /// How many of the customers.
    #[cfg_attr(test, schemars(flatten))]
    pub limit: Limit,
}

/// How many of the likeliest buyers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename_all = "snake_case"))]
pub enum Limit {
    /// So many customers.
    Top(#[cfg_attr(test, schemars(range(min = 1, max = MAX_COUNT)))] u32),
    /// Those who hold this share of the expected buyers: 0.8 is four of five.
    Buyers(#[cfg_attr(test, schemars(schema_with = "schema_tests::share"))] Number),
}

/// The order lines on which all of these conditions hold, at least one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProductSet(pub Vec<Condition>);

/// The most purchases and customers of a condition.
pub const MAX_COUNT: u32 = 2_000_000_000;

/// What is no column of the order lines.
pub const PRODUCT_OPTIONS: [&str; 4] = ["at_least", "within_days", "top", "buyers"];

/// A name is not empty and has no NUL character, which SQL cannot write.
#[cfg(test)]
const NAME: &str = r"^[^\u0000]+$";
/// A search has something to search for.
#[cfg(test)]
const QUERY: &str = r"^[^\u0000]*[^\s\u0000][^\u0000]*$";
/// A text has no NUL character.
#[cfg(test)]
const TEXT: &str = r"^[^\u0000]*$";

/// A condition on a column: the column's name and one operator.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(JsonSchema), schemars(deny_unknown_fields))]
pub struct Condition {
    /// The column's name; upper and lower case are the same.
    #[cfg_attr(test, schemars(regex(pattern = NAME)))]
    pub column: String,
    /// The operator and what it compares with.
    #[cfg_attr(test, schemars(flatten))]
    pub test: Test,
}

/// What is asked of the column. Of NULL the answer is unknown, except for `is_null`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(JsonSchema), schemars(rename_all = "snake_case"))]
pub enum Test {
    /// Equal to the value.
    #[cfg_attr(test, schemars(rename = "="))]
    Equal(Value),
    /// Not equal to the value.
    #[cfg_attr(test, schemars(rename = "!="))]
    NotEqual(Value),
    /// Less than the value.
    #[cfg_attr(test, schemars(rename = "<"))]
    Less(Bound),
    /// Less than the value, or equal to it.
    #[cfg_attr(test, schemars(rename = "<="))]
    AtMost(Bound),
    /// More than the value.
    #[cfg_attr(test, schemars(rename = ">"))]
    More(Bound),
    /// More than the value, or equal to it.
    #[cfg_attr(test, schemars(rename = ">="))]
    AtLeast(Bound),
    /// From the first to the second value, both included.
    Between(Between),
    /// Equal to one of the values.
    In(Choices),
    /// Like the pattern, in which % stands for any text and _ for one character.
    Like(#[cfg_attr(test, schemars(regex(pattern = TEXT)))] String),
    /// The same without regard to upper and lower case.
    Ilike(#[cfg_attr(test, schemars(regex(pattern = TEXT)))] String),
    /// Has the words, as the function keyword searches for them.
    Keyword(#[cfg_attr(test, schemars(regex(pattern = QUERY)))] String),
    /// Whether the column is NULL. Never unknown.
    IsNull(bool),
    /// A day of the last N days, of which as_of is the last: 1 means as_of itself.
    WithinLastDays(#[cfg_attr(test, schemars(range(min = 1, max = MAX_DAYS)))] u32),
    /// N days before as_of or earlier. Of a day that is not in the future, the opposite of within_last_days.
    AtLeastDaysAgo(#[cfg_attr(test, schemars(range(min = 1, max = MAX_DAYS)))] u32),
    /// A day of the next N days, of which as_of is the first: 1 means as_of itself.
    WithinNextDays(#[cfg_attr(test, schemars(range(min = 1, max = MAX_DAYS)))] u32),
}

/// The most days of a condition.
pub const MAX_DAYS: u32 = CENTURY_DAYS.unsigned_abs();

/// The operators, as they are written.
pub const OPERATORS: [&str; 15] = [
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "between",
    "in",
    "like",
    "ilike",
    "is_null",
    "within_last_days",
    "at_least_days_ago",
    "within_next_days",
    "keyword",
];

/// A value to be equal to. A date or a timestamp is a text, such as "2025-06-30", "2025-06-30 12:00" or "2025-06-30 12:00:00+02".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(JsonSchema), schemars(untagged))]
#[allow(missing_docs)]
pub enum Value {
    Boolean(bool),
    Number(Number),
    Text(#[cfg_attr(test, schemars(regex(pattern = TEXT)))] String),
}

/// A value that has an order: a number or a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(JsonSchema), schemars(untagged))]
#[allow(missing_docs)]
pub enum Bound {
    Number(Number),
    Text(#[cfg_attr(test, schemars(regex(pattern = TEXT)))] String),
}

/// Two values of one type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(JsonSchema), schemars(untagged))]
#[allow(missing_docs)]
pub enum Between {
    Numbers([Number; 2]),
    Texts(#[cfg_attr(test, schemars(inner(regex(pattern = TEXT))))] [String; 2]),
}

/// At least one value, all of one type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(test, derive(JsonSchema), schemars(untagged))]
#[allow(missing_docs)]
pub enum Choices {
    Numbers(#[cfg_attr(test, schemars(length(min = 1)))] Vec<Number>),
    Texts(#[cfg_attr(test, schemars(length(min = 1), inner(regex(pattern = TEXT))))] Vec<String>),
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It cannot be used.
    Error,
    /// It can be used, but hardly as it is meant.
    Warning,
}

impl Severity {
    /// In the order of the variants.
    pub const LABELS: [&'static str; 2] = ["error", "warning"];
}

/// Where a definition has a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of the definition.
    pub audience: usize,
    /// The JSON path.
    pub path: String,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Where, as a JSON path.
    pub path: String,
    /// What it is.
    pub problem: String,
}

/// ", did you mean "…"?" if one of the names is nearly the wanted one.
fn suggestion<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let lower = wanted.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= wanted.chars().count() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| format!(", did you mean {}?", quoted(name)))
        .unwrap_or_default()
}

/// A longer name is shortened in a message, to so many characters.
const MAX_NAME: usize = 100;

/// A name in a message: `"name"`, whatever is in it.
pub fn quoted(name: &str) -> String {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{:?}", format!("{}…", &name[..end])),
        None => format!("{name:?}"),
    }
}
