//! Binds a condition to the type of its column: makes the [`Predicate`].

use super::instant::Instant;
use super::like::Pattern;
use super::predicate::{Predicate, TextBound, float_key};
use super::{Between, Bound, Choices, Condition, Number, Test, Value, quoted, suggestion};
use crate::column::Kind;
use crate::models::intent::keyword::Query;

type Result<T> = std::result::Result<T, String>;

/// The predicate of a condition on a column of `kind`, with `as_of` in days since 1970-01-01.
///
/// # Errors
///
/// If the condition does not fit the type; the message says what is wrong.
pub(super) fn bind(condition: &Condition, kind: &Kind, as_of: i32) -> Result<Predicate> {
    let column = BoundColumn {
        name: &condition.column,
        kind,
    };
    let as_of = i128::from(as_of);
    match &condition.test {
        Test::IsNull(is_null) => Ok(Predicate::IsNull(*is_null)),
        Test::WithinLastDays(days) => column.days(Some(as_of + 1 - i128::from(*days)), as_of),
        // From the beginning of time, -infinity.
        Test::AtLeastDaysAgo(days) => column.days(None, as_of - i128::from(*days)),
        Test::WithinNextDays(days) => column.days(Some(as_of), as_of - 1 + i128::from(*days)),
        test if *kind == Kind::Text => column.text(test),
        Test::Like(pattern) => column.like(pattern, false),
        Test::Ilike(pattern) => column.like(pattern, true),
        Test::Keyword(query) => column.keyword(query),
        Test::Equal(value) => column.equal(value, false),
        Test::NotEqual(value) => column.equal(value, true),
        Test::Less(bound) => {
            let high = column.place(bound.into(), true)?.below();
            Ok(high.map_or(NOTHING, |high| range(i128::MIN, high)))
        }
        Test::AtMost(bound) => Ok(range(i128::MIN, column.place(bound.into(), true)?.floor)),
        Test::More(bound) => {
            let low = column.place(bound.into(), true)?.above();
            Ok(low.map_or(NOTHING, |low| range(low, i128::MAX)))
        }
        Test::AtLeast(bound) => Ok(range(
            column.place(bound.into(), true)?.ceiling(),
            i128::MAX,
        )),
        Test::Between(between) => {
            let [low, high] = match between {
                Between::Numbers(numbers) => numbers.map(Given::Number),
                Between::Texts([low, high]) => [Given::Text(low), Given::Text(high)],
            };
            Ok(range(
                column.place(low, true)?.ceiling(),
                column.place(high, true)?.floor,
            ))
        }
        Test::In(list) => {
            let given: Vec<_> = match list {
                Choices::Numbers(numbers) => numbers.iter().copied().map(Given::Number).collect(),
                Choices::Texts(texts) => texts.iter().map(|text| Given::Text(text)).collect(),
            };
            let places: Result<Vec<_>> = given
                .into_iter()
                .map(|given| column.place(given, false))
                .collect();
            let exact = places?.into_iter().filter(|place| place.exact);
            let mut wanted: Vec<_> = exact.map(|place| place.floor).collect();
            wanted.sort_unstable();
            Ok(Predicate::OneOf(wanted))
        }
    }
}

/// Holds for no value.
const NOTHING: Predicate = Predicate::OneOf(Vec::new());

fn range(low: i128, high: i128) -> Predicate {
    Predicate::Range {
        low,
        high,
        negated: false,
    }
}

/// A value in a condition.
#[derive(Clone, Copy)]
enum Given<'a> {
    Boolean(bool),
    Number(Number),
    Text(&'a str),
}

impl<'a> From<&'a Bound> for Given<'a> {
    fn from(bound: &'a Bound) -> Self {
        match bound {
            Bound::Number(number) => Self::Number(*number),
            Bound::Text(text) => Self::Text(text),
        }
    }
}

/// Where a value lies among the whole numbers that the column stores.
struct Position {
    floor: i128,
    exact: bool,
}

impl Position {
    fn at(floor: impl Into<i128>) -> Self {
        Self {
            floor: floor.into(),
            exact: true,
        }
    }
    fn ceiling(&self) -> i128 {
        self.floor.saturating_add(i128::from(!self.exact))
    }
    fn below(&self) -> Option<i128> {
        self.floor.checked_sub(self.exact.into())
    }
    fn above(&self) -> Option<i128> {
        self.floor.checked_add(1)
    }
}

struct BoundColumn<'a> {
    name: &'a str,
    kind: &'a Kind,
}

impl BoundColumn<'_> {
    /// The range of days from `first`, or from any, to `last`.
    fn days(&self, first: Option<i128>, last: i128) -> Result<Predicate> {
        match self.kind {
            Kind::Date => Ok(range(first.unwrap_or(i128::MIN), last)),
            Kind::Null => Ok(NOTHING),
            Kind::Timestamp {
                with_zone: true, ..
            } => Err(self.needs_zone()),
            Kind::Timestamp { per_second, .. } => {
                let day = 86_400 * i128::from(*per_second);
                let first = first.map_or(i128::MIN, |first| first * day);
                Ok(range(first, (last + 1) * day - 1))
            }
            _ => Err(format!(
                "column {} is {}, and days are counted from a date",
                quoted(self.name),
                self.kind.name()
            )),
        }
    }

    fn needs_zone(&self) -> String {
        format!(
            "column {} is a TIMESTAMP WITH TIME ZONE, whose day depends on the session's time zone: cast it to DATE or TIMESTAMP first, or compare it with a timestamp that has an offset, such as \"2025-06-30 12:00:00+02\"",
            quoted(self.name)
        )
    }

    fn mismatch(&self, given: Given) -> String {
        if *self.kind == Kind::Other {
            return format!("column {} is {}", quoted(self.name), self.kind.name());
        }
        let given = match given {
            Given::Boolean(_) => "a boolean",
            Given::Number(_) => "a number",
            Given::Text(_) => "a text",
        };
        format!(
            "column {} is {} and cannot be compared with {given}",
            quoted(self.name),
            self.kind.name()
        )
    }

    fn equal(&self, value: &Value, negated: bool) -> Result<Predicate> {
        let place = match value {
            Value::Boolean(boolean) => self.place(Given::Boolean(*boolean), false),
            Value::Number(number) => self.place(Given::Number(*number), false),
            Value::Text(text) => self.place(Given::Text(text), false),
        }?;
        // A value between two that the column can store equals none of them.
        let (low, high) = if place.exact {
            (place.floor, place.floor)
        } else {
            (0, -1)
        };
        Ok(Predicate::Range { low, high, negated })
    }

    fn place(&self, given: Given, ordered: bool) -> Result<Position> {
        match (self.kind, given) {
            (Kind::Null, _) => Ok(Position::at(0)),
            (Kind::Boolean, Given::Boolean(boolean)) => Ok(Position::at(boolean)),
            (Kind::Integer, Given::Number(number)) => Ok(decimal(number, 0)),
            (Kind::Decimal { scale }, Given::Number(number)) => Ok(decimal(number, *scale)),
            // As SQL does: the number is rounded to what the column can store.
            (Kind::Float { double: true }, Given::Number(number)) => {
                Ok(Position::at(float_key(number.to_f64())))
            }
            (Kind::Float { double: false }, Given::Number(number)) => {
                Ok(Position::at(float_key(number.to_f32().into())))
            }
            (Kind::Date, Given::Text(text)) => match Instant::parse(text) {
                Some(Instant::Day(day)) => Ok(Position::at(day)),
                _ => Err(format!(
                    "column {} is a date; write the value as \"2025-06-30\"",
                    quoted(self.name)
                )),
            },
            (
                Kind::Timestamp {
                    per_second,
                    with_zone,
                },
                Given::Text(text),
            ) => self.timestamp(text, *per_second, *with_zone),
            (Kind::Enum { labels }, Given::Text(text)) => self.label(labels, text, ordered),
            (Kind::Uuid, Given::Text(text)) => uuid(text).map(Position::at).ok_or_else(|| {
                format!(
                    "column {} is a UUID, and the value is not",
                    quoted(self.name)
                )
            }),
            (_, given) => Err(self.mismatch(given)),
        }
    }

    fn timestamp(&self, text: &str, per_second: i64, with_zone: bool) -> Result<Position> {
        let micros = match (Instant::parse(text), with_zone) {
            (Some(Instant::Absolute(micros)), true) | (Some(Instant::Local(micros)), false) => {
                micros.into()
            }
            (Some(Instant::Day(day)), false) => i128::from(day) * 86_400_000_000,
            (Some(Instant::Absolute(_)), false) => {
                return Err(format!(
                    "column {} is a timestamp without time zone, and the value has one",
                    quoted(self.name)
                ));
            }
            (Some(_), true) => return Err(self.needs_zone()),
            (None, _) => {
                let offset = if with_zone { "+02" } else { "" };
                return Err(format!(
                    "column {} is a timestamp; write the value as \"2025-06-30 12:00:00{offset}\"",
                    quoted(self.name)
                ));
            }
        };
        let units = micros * i128::from(per_second);
        if units % 1_000_000 != 0 {
            // SQL would round the value.
            return Err(format!(
                "column {} has no such fractions of a second",
                quoted(self.name)
            ));
        }
        Ok(Position::at(units / 1_000_000))
    }

    fn label(&self, labels: &[String], text: &str, ordered: bool) -> Result<Position> {
        if ordered && Instant::parse(text).is_some() {
            return Err(format!(
                "column {} is an ENUM, whose labels that look like dates cannot be compared by their order",
                quoted(self.name)
            ));
        }
        match labels.iter().position(|label| label == text) {
            Some(position) => Ok(Position::at(position as i128)),
            None => {
                let suggestion = suggestion(text, labels.iter().map(String::as_str));
                Err(format!(
                    "column {} is an ENUM without the label {}{suggestion}",
                    quoted(self.name),
                    quoted(text)
                ))
            }
        }
    }

    fn like(&self, pattern: &str, ignore_case: bool) -> Result<Predicate> {
        let pattern = Pattern::new(pattern, ignore_case);
        match self.kind {
            Kind::Null => Ok(NOTHING),
            Kind::Enum { labels } => {
                let positions = (0_i128..)
                    .zip(labels)
                    .filter(|(_, label)| pattern.matches(label));
                Ok(Predicate::OneOf(
                    positions.map(|(position, _)| position).collect(),
                ))
            }
            _ => Err(format!(
                "column {} is {}, and only texts are like a pattern",
                quoted(self.name),
                self.kind.name()
            )),
        }
    }

    /// The words in a label, which is a text; [`text`](Self::text) searches the others.
    fn keyword(&self, query: &str) -> Result<Predicate> {
        let query = search(query)?;
        match self.kind {
            Kind::Null => Ok(NOTHING),
            Kind::Enum { labels } => {
                let positions = (0_i128..)
                    .zip(labels)
                    .filter(|(_, label)| query.matches(label));
                Ok(Predicate::OneOf(
                    positions.map(|(position, _)| position).collect(),
                ))
            }
            _ => Err(format!(
                "column {} is {}, and words are searched for in texts",
                quoted(self.name),
                self.kind.name()
            )),
        }
    }

    fn text(&self, test: &Test) -> Result<Predicate> {
        use TextBound::{Excluded, Included, None};
        let bytes = |bound: &Bound| match bound {
            Bound::Text(text) => Ok(text.clone().into_bytes()),
            Bound::Number(number) => Err(self.mismatch(Given::Number(*number))),
        };
        let equal = |value: &Value, negated| match value {
            Value::Text(text) => Ok(Predicate::TextOneOf {
                wanted: vec![text.clone().into_bytes()],
                negated,
            }),
            Value::Number(number) => Err(self.mismatch(Given::Number(*number))),
            Value::Boolean(boolean) => Err(self.mismatch(Given::Boolean(*boolean))),
        };
        Ok(match test {
            Test::Equal(value) => equal(value, false)?,
            Test::NotEqual(value) => equal(value, true)?,
            Test::Less(bound) => Predicate::TextRange(None, Excluded(bytes(bound)?)),
            Test::AtMost(bound) => Predicate::TextRange(None, Included(bytes(bound)?)),
            Test::More(bound) => Predicate::TextRange(Excluded(bytes(bound)?), None),
            Test::AtLeast(bound) => Predicate::TextRange(Included(bytes(bound)?), None),
            Test::Between(Between::Texts([low, high])) => {
                Predicate::TextRange(Included(low.clone().into()), Included(high.clone().into()))
            }
            Test::In(Choices::Texts(texts)) => {
                let mut wanted: Vec<Vec<u8>> =
                    texts.iter().map(|text| text.clone().into()).collect();
                wanted.sort_unstable();
                Predicate::TextOneOf {
                    wanted,
                    negated: false,
                }
            }
            Test::Between(Between::Numbers([number, _])) => {
                return Err(self.mismatch(Given::Number(*number)));
            }
            Test::In(Choices::Numbers(numbers)) => {
                return Err(self.mismatch(Given::Number(numbers[0])));
            }
            Test::Like(pattern) => Predicate::Like(Pattern::new(pattern, false)),
            Test::Ilike(pattern) => Predicate::Like(Pattern::new(pattern, true)),
            Test::Keyword(query) => Predicate::Keyword(search(query)?),
            Test::IsNull(_)
            | Test::WithinLastDays(_)
            | Test::AtLeastDaysAgo(_)
            | Test::WithinNextDays(_) => {
                return Err("is no comparison".into());
            }
        })
    }
}

/// A search that the parser has read before.
fn search(query: &str) -> Result<Query> {
    Query::new(query).map_err(|error| error.to_string())
}

fn decimal(number: Number, scale: u8) -> Position {
    let (floor, exact) = number.floor(scale);
    Position { floor, exact }
}

/// The number by which UUIDs are ordered: their bits, with the first one flipped.
fn uuid(text: &str) -> Option<i128> {
    let dashes = [8, 13, 18, 23];
    let mut bits = 0_u128;
    if text.len() != 36 {
        return None;
    }
    for (place, c) in text.chars().enumerate() {
        if dashes.contains(&place) != (c == '-') {
            return None;
        }
        if c != '-' {
            bits = bits << 4 | u128::from(c.to_digit(16)?);
        }
    }
    Some((bits ^ 1 << 127) as i128)
}

impl Kind {
    /// In a message.
    fn name(&self) -> &'static str {
        match self {
            Self::Boolean => "a boolean",
            Self::Integer | Self::Decimal { .. } | Self::Float { .. } => "a number",
            Self::Text => "a text",
            Self::Date => "a date",
            Self::Timestamp { .. } => "a timestamp",
            Self::Enum { .. } => "an ENUM",
            Self::Uuid => "a UUID",
            Self::Null => "always NULL",
            Self::Other => "of a type that conditions do not compare",
        }
    }
}
