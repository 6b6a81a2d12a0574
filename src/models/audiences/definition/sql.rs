//! A definition as the WHERE clause that gives the same members.

use super::instant::Instant;
use super::{Between, Bound, Choices, Condition, Definition, Number, Purchased, Test, Value};
use chrono::{Datelike, NaiveDate, TimeDelta};
use std::fmt::Display;

/// A group that is longer is broken into lines.
const WIDTH: usize = 80;

/// The condition; `as_of` is the SQL of a date. An interest is no condition: it is unknown.
pub fn where_clause(definition: &Definition, as_of: &str) -> String {
    let writer = SqlWriter { as_of };
    match definition {
        Definition::All(parts) => writer.lines(parts, "AND", ""),
        Definition::Any(parts) => writer.lines(parts, "OR", ""),
        other => writer.part(other, ""),
    }
}

/// A day since 1970-01-01 as SQL; `None` if it is not in the years 1 to 9999.
pub fn date_literal(day: i32) -> Option<String> {
    let date = NaiveDate::default().checked_add_signed(TimeDelta::days(day.into()))?;
    (1..=9999)
        .contains(&date.year())
        .then(|| format!("DATE '{date}'"))
}

struct SqlWriter<'a> {
    as_of: &'a str,
}

impl SqlWriter<'_> {
    /// One part per line, with the operator in front.
    fn lines(&self, parts: &[Definition], operator: &str, indent: &str) -> String {
        let parts: Vec<_> = parts.iter().map(|part| self.part(part, indent)).collect();
        parts.join(&format!("\n{indent}{operator} "))
    }

    fn part(&self, definition: &Definition, indent: &str) -> String {
        if let Some(line) = self.line(definition) {
            return line;
        }
        let (parts, operator) = match definition {
            Definition::All(parts) => (parts, "AND"),
            Definition::Any(parts) => (parts, "OR"),
            Definition::Not(part) => return not(part, &self.part(part, indent)),
            Definition::Audience(name) => return member(name),
            Definition::Bought(bought) => return self.bought(bought),
            Definition::NotBought(bought) => return format!("NOT ({})", self.bought(bought)),
            Definition::InterestedIn(_) => return "NULL".into(),
            Definition::Condition(condition) => return self.condition(condition),
        };
        let deeper = format!("{indent}    ");
        format!(
            "(\n{deeper}{}\n{indent})",
            self.lines(parts, operator, &deeper)
        )
    }

    /// All in one line, if it is short. Given up as soon as it is not, so that deep nesting does
    /// not cost more than the square of its depth.
    fn line(&self, definition: &Definition) -> Option<String> {
        let joined = |parts: &[Definition], operator: &str| {
            let mut line = String::from("(");
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    line += operator;
                }
                line += &self.line(part)?;
                if line.len() > WIDTH {
                    return None;
                }
            }
            Some(line + ")")
        };
        let line = match definition {
            Definition::All(parts) => joined(parts, " AND ")?,
            Definition::Any(parts) => joined(parts, " OR ")?,
            Definition::Not(part) => not(part, &self.line(part)?),
            Definition::Audience(name) => member(name),
            Definition::Bought(bought) => self.bought(bought),
            Definition::NotBought(bought) => format!("NOT ({})", self.bought(bought)),
            Definition::InterestedIn(_) => "NULL".into(),
            Definition::Condition(condition) => self.condition(condition),
        };
        (line.len() <= WIDTH && !line.contains('\n')).then_some(line)
    }

    /// The buyers are looked up in the order lines.
    fn bought(&self, bought: &Purchased) -> String {
        let mut conditions = vec!["customer_id IS NOT NULL".to_owned()];
        let of_lines = bought.products.0.iter().map(|one| self.condition(one));
        conditions.extend(of_lines);
        conditions.push(match bought.within_days {
            Some(days) => format!(
                "order_date::DATE BETWEEN {0} - {1} AND {0}",
                self.as_of,
                days - 1
            ),
            None => format!("order_date::DATE <= {}", self.as_of),
        });
        let often = match bought.at_least {
            1 => String::new(),
            times => {
                format!(" GROUP BY customer_id HAVING count(DISTINCT order_date::DATE) >= {times}")
            }
        };
        format!(
            "customer_id IN (SELECT customer_id FROM lines WHERE {}{often})",
            conditions.join(" AND ")
        )
    }

    fn condition(&self, condition: &Condition) -> String {
        let column = identifier(&condition.column);
        let compared = |operator: &str, bound: &Bound| {
            format!("{column} {operator} {}", ordered(bound, &column))
        };
        match &condition.test {
            Test::Equal(value) => format!("{column} = {}", plain(value, &column)),
            Test::NotEqual(value) => format!("{column} <> {}", plain(value, &column)),
            Test::Less(bound) => compared("<", bound),
            Test::AtMost(bound) => compared("<=", bound),
            Test::More(bound) => compared(">", bound),
            Test::AtLeast(bound) => compared(">=", bound),
            Test::Between(between) => {
                let [low, high] = match between {
                    Between::Numbers(numbers) => numbers.map(|one| number(one, &column)),
                    Between::Texts(texts) => {
                        texts.each_ref().map(|text| ordered_text(text, &column))
                    }
                };
                format!("{column} BETWEEN {low} AND {high}")
            }
            Test::In(Choices::Numbers(numbers)) => format!(
                "{column} IN ({})",
                listed(numbers.iter().map(|one| number(*one, &column)))
            ),
            Test::In(Choices::Texts(texts)) => format!(
                "{column} IN ({})",
                listed(texts.iter().map(|text| literal(text)))
            ),
            Test::Like(pattern) => format!("{column} LIKE {}", literal(pattern)),
            Test::Ilike(pattern) => format!("{column} ILIKE {}", literal(pattern)),
            Test::Keyword(query) => format!("keyword({column}, {})", literal(query)),
            Test::IsNull(true) => format!("{column} IS NULL"),
            Test::IsNull(false) => format!("{column} IS NOT NULL"),
            Test::WithinLastDays(days) => {
                format!(
                    "{column}::DATE BETWEEN {0} - {1} AND {0}",
                    self.as_of,
                    days - 1
                )
            }
            Test::AtLeastDaysAgo(days) => format!("{column}::DATE <= {} - {days}", self.as_of),
            Test::WithinNextDays(days) => {
                format!(
                    "{column}::DATE BETWEEN {0} AND {0} + {1}",
                    self.as_of,
                    days - 1
                )
            }
        }
    }
}

fn not(part: &Definition, sql: &str) -> String {
    match part {
        Definition::All(_) | Definition::Any(_) => format!("NOT {sql}"),
        _ => format!("NOT ({sql})"),
    }
}

fn member(audience: &str) -> String {
    format!(
        "customer_id IN (SELECT customer_id FROM members WHERE audience = {})",
        literal(audience)
    )
}

fn plain(value: &Value, column: &str) -> String {
    match value {
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Number(one) => number(*one, column),
        Value::Text(text) => literal(text),
    }
}

fn ordered(bound: &Bound, column: &str) -> String {
    match bound {
        Bound::Number(one) => number(*one, column),
        Bound::Text(text) => ordered_text(text, column),
    }
}

/// DuckDB reads a number as a DECIMAL and before 2.0 casts long ones inexactly to FLOAT and
/// DOUBLE, but exactly from a text. From that other types would be rounded.
fn number(number: Number, column: &str) -> String {
    if number.casts_to_nearest() {
        return number.to_string();
    }
    format!(
        "CASE WHEN typeof({column}) IN ('FLOAT', 'DOUBLE') THEN cast_to_type('{number}', {column}) ELSE {number} END"
    )
}

/// DuckDB compares an ENUM with a text by the alphabet, so the text becomes what the column
/// is, whatever that is. A date or timestamp needs no help.
fn ordered_text(text: &str, column: &str) -> String {
    match Instant::parse(text) {
        Some(_) => literal(text),
        None => format!("cast_to_type({}, {column})", literal(text)),
    }
}

fn listed(values: impl IntoIterator<Item = impl Display>) -> String {
    let values: Vec<_> = values.into_iter().map(|value| value.to_string()).collect();
    values.join(", ")
}

/// A text as SQL writes it. NUL, which it cannot write, is not in a definition.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::audiences::definition::parse::parse;

    /// Each level would double the work if it tried a line and then wrote its parts anew.
    #[test]
    fn the_deepest_nesting_is_written_in_no_time() {
        let level = |inner: String, depth: usize| {
            let key = ["all", "any"][depth % 2];
            format!(r#"{{"{key}": [{inner}, {{"column": "purchases", "=": {depth}}}]}}"#)
        };
        let innermost = r#"{"column": "purchases", "=": 0}"#.to_owned();
        let json = (1..64).fold(innermost, level);
        let definition = parse(&json).definition.expect("it is not too deep");
        let sql = where_clause(&definition, "current_date");
        for depth in 0..64 {
            let condition = format!("\"purchases\" = {depth}");
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_digit());
            let times = sql
                .split(&condition)
                .skip(1)
                .filter(|rest| ends(rest))
                .count();
            assert_eq!(times, 1, "{condition}");
        }
        assert_eq!(sql.matches('(').count(), sql.matches(')').count());
    }
}
