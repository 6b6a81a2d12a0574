//! A JSON document as a [`Definition`].

use super::instant::Instant;
use super::json::Json;
use super::{
    Between, Bound, Choices, Condition, Definition, MAX_DAYS, Number, OPERATORS, PRODUCT_OPTIONS,
    Problem, Severity, Test, Value, quoted, suggestion,
};
use crate::models::intent::keyword::Query;
use serde_json::value::RawValue;
use std::collections::HashSet;

#[path = "parse_products.rs"]
mod parse_products;

/// How deep definitions may be nested.
const MAX_DEPTH: usize = 64;

/// The keys that stand alone in an object.
const COMBINATIONS: [&str; 6] = ["all", "any", "not", "audience", "bought", "not_bought"];

/// The keys that an object can begin with.
const KEYS: [&str; 8] = [
    "all",
    "any",
    "not",
    "audience",
    "bought",
    "not_bought",
    "interested_in",
    "column",
];

/// The keys of an interest.
const INTEREST: [&str; 3] = ["interested_in", "top", "buyers"];

/// What other languages call our keys.
const SYNONYMS: [(&str, &str); 14] = [
    ("and", "all"),
    ("or", "any"),
    ("==", "="),
    ("eq", "="),
    ("equals", "="),
    ("<>", "!="),
    ("ne", "!="),
    ("neq", "!="),
    ("lt", "<"),
    ("le", "<="),
    ("lte", "<="),
    ("gt", ">"),
    ("ge", ">="),
    ("gte", ">="),
];

/// What a JSON document says.
pub struct Parsed {
    /// The definition, if it has no errors.
    pub definition: Option<Definition>,
    /// The audiences that it refers to, also in a document with errors.
    pub references: Vec<Reference>,
    /// Everything that is wrong with it.
    pub problems: Vec<Problem>,
}

/// Where a definition refers to another audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The JSON path.
    pub path: String,
    /// The audience.
    pub name: String,
}

/// Reads a definition.
pub fn parse(json: &str) -> Parsed {
    let mut parser = Parser {
        document: json,
        path: "$".into(),
        depth: 0,
        references: Vec::new(),
        problems: Vec::new(),
    };
    let definition = match serde_json::from_str::<&RawValue>(json) {
        Ok(raw) => parser.definition(raw),
        Err(error) => parser.error(format!("malformed JSON: {error}")),
    };
    Parsed {
        definition,
        references: parser.references,
        problems: parser.problems,
    }
}

struct Parser<'a> {
    document: &'a str,
    path: String,
    depth: usize,
    references: Vec<Reference>,
    problems: Vec<Problem>,
}

impl Parser<'_> {
    fn report<T>(&mut self, severity: Severity, problem: String) -> Option<T> {
        let path = self.path.clone();
        self.problems.push(Problem {
            severity,
            path,
            problem,
        });
        None
    }

    fn error<T>(&mut self, problem: impl Into<String>) -> Option<T> {
        self.report(Severity::Error, problem.into())
    }

    /// Reads a part of the document, whose place is put behind the path.
    fn within<T>(&mut self, place: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let length = self.path.len();
        self.path.push_str(place);
        let value = read(self);
        self.path.truncate(length);
        value
    }

    /// All items of a list; if one is wrong, the others are looked at too.
    fn each<T>(
        &mut self,
        items: &[&RawValue],
        read: impl Fn(&mut Self, &RawValue) -> Option<T>,
    ) -> Option<Vec<T>> {
        let read: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, raw)| self.within(&format!("[{index}]"), |parser| read(parser, raw)))
            .collect();
        read.into_iter().collect()
    }

    fn json<'a>(&mut self, raw: &'a RawValue) -> Option<Json<'a>> {
        let read = Json::read(raw);
        read.map_or_else(|error| self.malformed(raw, &error), Some)
    }

    /// Reports an error in a part of the document by its place in the whole.
    fn malformed<T>(&mut self, part: &RawValue, error: &serde_json::Error) -> Option<T> {
        let text = error.to_string();
        let problem = text.split(" at line ").next().unwrap_or_default();
        // The part is a slice of the document.
        let start = (part.get().as_ptr() as usize).wrapping_sub(self.document.as_ptr() as usize);
        let before = self.document.get(..start).unwrap_or_default();
        let line = before.matches('\n').count() + error.line();
        let indent = match error.line() {
            1 => before.len() - before.rfind('\n').map_or(0, |newline| newline + 1),
            _ => 0,
        };
        let column = indent + error.column();
        self.error(format!(
            "malformed JSON: {problem} at line {line} column {column}"
        ))
    }

    fn definition(&mut self, raw: &RawValue) -> Option<Definition> {
        if self.depth == MAX_DEPTH {
            return self.error(format!("is nested more than {MAX_DEPTH} deep"));
        }
        self.depth += 1;
        let definition = match self.json(raw)? {
            Json::Object(entries) => self.object(&entries),
            other => self.error(format!("must be an object, got {}", other.name())),
        };
        self.depth -= 1;
        definition
    }

    fn object(&mut self, entries: &[(String, &RawValue)]) -> Option<Definition> {
        let has = |wanted: &str| entries.iter().any(|(key, _)| key == wanted);
        let (is_condition, is_interest) = (has("column"), has("interested_in"));
        let mut known = true;
        let mut seen = HashSet::new();
        for (key, _) in entries {
            if !seen.insert(key) {
                known = false;
                self.error::<()>(format!("has the key {} twice", quoted(key)));
            } else if is_condition && key != "column" && !OPERATORS.contains(&key.as_str()) {
                known = false;
                let (suggestion, all) = (meant(key, &OPERATORS), OPERATORS.join(", "));
                let problem = format!("is no operator{suggestion} (operators are {all})");
                self.within(&step(key), |parser| parser.error::<()>(problem));
            } else if is_interest && !is_condition && !INTEREST.contains(&key.as_str()) {
                known = false;
                let problem = format!("is unknown{}", meant(key, &INTEREST));
                self.within(&step(key), |parser| parser.error::<()>(problem));
            } else if !is_condition && !is_interest && !COMBINATIONS.contains(&key.as_str()) {
                known = false;
                let problem = if OPERATORS.contains(&key.as_str()) {
                    "has no \"column\" beside it".into()
                } else if INTEREST.contains(&key.as_str()) {
                    "has no \"interested_in\" beside it".into()
                } else if PRODUCT_OPTIONS.contains(&key.as_str()) {
                    "belongs within \"bought\"".into()
                } else {
                    format!("is unknown{}", meant(key, &KEYS))
                };
                self.within(&step(key), |parser| parser.error::<()>(problem));
            }
        }
        if !known {
            return None;
        }
        if is_condition {
            return self.condition(entries).map(Definition::Condition);
        }
        if is_interest {
            return self.interest(entries).map(Definition::InterestedIn);
        }
        let [(key, raw)] = entries else {
            return self.error(
                "must have exactly one of all, any, not, audience, bought, not_bought, interested_in, or a column and an operator",
            );
        };
        self.within(&step(key), |parser| match key.as_str() {
            "all" => parser.combined(raw).map(Definition::All),
            "any" => parser.combined(raw).map(Definition::Any),
            "not" => parser
                .definition(raw)
                .map(|one| Definition::Not(one.into())),
            "bought" => parser.bought(raw).map(Definition::Bought),
            "not_bought" => parser.bought(raw).map(Definition::NotBought),
            _ => {
                let name = parser.name(raw)?;
                let path = parser.path.clone();
                parser.references.push(Reference {
                    path,
                    name: name.clone(),
                });
                Some(Definition::Audience(name))
            }
        })
    }

    fn combined(&mut self, raw: &RawValue) -> Option<Vec<Definition>> {
        match self.json(raw)? {
            Json::List(items) if items.is_empty() => self.error("must have at least one condition"),
            Json::List(items) => self.each(&items, Self::definition),
            other => self.error(format!("must be a list, got {}", other.name())),
        }
    }

    fn condition(&mut self, entries: &[(String, &RawValue)]) -> Option<Condition> {
        let (columns, operators): (Vec<_>, Vec<_>) =
            entries.iter().partition(|(key, _)| key == "column");
        let column = self.within(".column", |parser| parser.name(columns.first()?.1));
        let [(operator, raw)] = &operators[..] else {
            return self.error("must have exactly one operator");
        };
        let test = self.within(&step(operator), |parser| parser.test(operator, raw));
        Some(Condition {
            column: column?,
            test: test?,
        })
    }

    fn test(&mut self, operator: &str, raw: &RawValue) -> Option<Test> {
        match operator {
            "=" => self.value(raw).map(Test::Equal),
            "!=" => self.value(raw).map(Test::NotEqual),
            "<" => self.bound(raw).map(Test::Less),
            "<=" => self.bound(raw).map(Test::AtMost),
            ">" => self.bound(raw).map(Test::More),
            ">=" => self.bound(raw).map(Test::AtLeast),
            "between" => self.between(raw).map(Test::Between),
            "in" => self.list(raw).map(Test::In),
            "like" => self.pattern(raw).map(Test::Like),
            "ilike" => self.pattern(raw).map(Test::Ilike),
            "is_null" => match self.json(raw)? {
                Json::Boolean(is_null) => Some(Test::IsNull(is_null)),
                other => self.error(format!("must be true or false, got {}", other.name())),
            },
            "keyword" => self.keyword(raw).map(Test::Keyword),
            "within_last_days" => self.days(raw).map(Test::WithinLastDays),
            "at_least_days_ago" => self.days(raw).map(Test::AtLeastDaysAgo),
            _ => self.days(raw).map(Test::WithinNextDays),
        }
    }

    fn text(&mut self, text: String) -> Option<String> {
        if text.contains('\0') {
            return self.error("must not contain the character NUL");
        }
        Some(text)
    }

    fn number(&mut self, json: &str) -> Option<Number> {
        Number::parse(json).or_else(|| self.error("must have at most 38 digits"))
    }

    fn name(&mut self, raw: &RawValue) -> Option<String> {
        match self.json(raw)? {
            Json::Text(name) if name.is_empty() => self.error("must not be empty"),
            Json::Text(name) => self.text(name),
            other => self.error(format!("must be a name, got {}", other.name())),
        }
    }

    fn pattern(&mut self, raw: &RawValue) -> Option<String> {
        match self.json(raw)? {
            Json::Text(text) => self.text(text),
            other => self.error(format!("must be a text, got {}", other.name())),
        }
    }

    fn keyword(&mut self, raw: &RawValue) -> Option<String> {
        let query = self.pattern(raw)?;
        match Query::new(&query) {
            Ok(_) => Some(query),
            Err(error) => {
                let problem = error.to_string();
                self.error(problem.strip_prefix("query ").unwrap_or(&problem))
            }
        }
    }

    fn value(&mut self, raw: &RawValue) -> Option<Value> {
        match self.json(raw)? {
            Json::Boolean(boolean) => Some(Value::Boolean(boolean)),
            Json::Number(json) => self.number(json).map(Value::Number),
            Json::Text(text) => self.text(text).map(Value::Text),
            other => self.no_value("a boolean, a number or a text", &other),
        }
    }

    fn bound(&mut self, raw: &RawValue) -> Option<Bound> {
        match self.json(raw)? {
            Json::Number(json) => self.number(json).map(Bound::Number),
            Json::Text(text) => self.text(text).map(Bound::Text),
            other => self.no_value("a number or a text", &other),
        }
    }

    fn no_value<T>(&mut self, wanted: &str, got: &Json) -> Option<T> {
        let hint = if matches!(got, Json::Null) {
            "; ask for NULL with is_null"
        } else {
            ""
        };
        self.error(format!("must be {wanted}, got {}{hint}", got.name()))
    }

    fn between(&mut self, raw: &RawValue) -> Option<Between> {
        let between = match self.list(raw)? {
            Choices::Numbers(numbers) => numbers.try_into().ok().map(Between::Numbers),
            Choices::Texts(texts) => texts.try_into().ok().map(Between::Texts),
        };
        let Some(between) = between else {
            return self.error("must have exactly two values");
        };
        let reversed = match &between {
            Between::Numbers([low, high]) => high.is_less(*low),
            // Texts may be labels, whose order is not known here.
            Between::Texts([low, high]) => matches!(
                (Instant::parse(low), Instant::parse(high)),
                (Some(Instant::Day(low)), Some(Instant::Day(high))) if high < low
            ),
        };
        if reversed {
            self.report::<()>(
                Severity::Warning,
                "is always false: the first value is more than the second".into(),
            );
        }
        Some(between)
    }

    fn list(&mut self, raw: &RawValue) -> Option<Choices> {
        let items = match self.json(raw)? {
            Json::List(items) if items.is_empty() => {
                return self.error("must have at least one value");
            }
            Json::List(items) => self.each(&items, Self::bound)?,
            other => return self.error(format!("must be a list, got {}", other.name())),
        };
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Bound::Number(number) => numbers.push(number),
                Bound::Text(text) => texts.push(text),
            }
        }
        match (numbers.is_empty(), texts.is_empty()) {
            (false, false) => self.error("must not mix numbers and texts"),
            (false, true) => Some(Choices::Numbers(numbers)),
            _ => Some(Choices::Texts(texts)),
        }
    }

    fn days(&mut self, raw: &RawValue) -> Option<u32> {
        self.count("a whole number of days", raw, MAX_DAYS)
    }

    fn count(&mut self, what: &str, raw: &RawValue, most: u32) -> Option<u32> {
        let number = match self.json(raw)? {
            Json::Number(json) => Number::parse(json),
            _ => None,
        };
        let whole = number
            .map(|number| number.floor(0))
            .filter(|(_, whole)| *whole);
        match whole.and_then(|(count, _)| u32::try_from(count).ok()) {
            Some(count) if (1..=most).contains(&count) => Some(count),
            _ => self.error(format!("must be {what}, 1 to {most}")),
        }
    }

    fn share(&mut self, raw: &RawValue) -> Option<Number> {
        let share = match self.json(raw)? {
            Json::Number(json) => Number::parse(json),
            _ => None,
        };
        let is_share =
            |share: &Number| Number::ZERO.is_less(*share) && !Number::ONE.is_less(*share);
        share.filter(is_share).or_else(|| {
            self.error("must be a share of the expected buyers, more than 0 and at most 1")
        })
    }
}

/// ", did you mean "…"?" if the key is a synonym of one of the names, or nearly one of them.
fn meant(key: &str, names: &[&str]) -> String {
    let synonym = SYNONYMS
        .into_iter()
        .find(|(other, ours)| other.eq_ignore_ascii_case(key) && names.contains(ours));
    match synonym {
        Some((_, ours)) => format!(", did you mean {}?", quoted(ours)),
        None => suggestion(key, names.iter().copied()),
    }
}

/// A key in a path, as DuckDB's JSON functions read it.
pub(super) fn step(key: &str) -> String {
    let quoted = quoted(key);
    let is_plain = |key: &str| key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !key.is_empty() && is_plain(quoted.trim_matches('"')) {
        format!(".{key}")
    } else {
        format!(".{quoted}")
    }
}
