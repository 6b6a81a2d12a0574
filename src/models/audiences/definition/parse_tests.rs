//! What the format accepts, and which problems it reports otherwise.

use super::instant::Instant;
use super::parse::parse;
use super::table::{Entry, Finding, check};
use super::{Number, Severity};
use proptest::prelude::*;

/// The problems of a document, as `path: problem`.
fn problems(json: &str) -> Vec<String> {
    let parsed = parse(json);
    let is_error = parsed
        .problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    assert_eq!(parsed.definition.is_none(), is_error, "{json}");
    parsed
        .problems
        .iter()
        .map(|it| format!("{}: {}", it.path, it.problem))
        .collect()
}

#[test]
fn all_problems_of_a_document_are_found() {
    let json = r#"{"all": [
        {"column": "a", "eq": 1}, {"column": "b", "=": null}, {"any": []}, {"not": 5},
        {"column": "c", "within_last_day": 3}, {"=": 3}, {}, {"column": "d"}, {"column": "", "=": 1},
        {"column": "e", "=": 1, "!=": 2}, {"column": "f", "in": [1, "x"]}, {"column": "g", "in": []},
        {"column": "h", "between": [1, 2, 3]}, {"column": "i", "within_last_days": 0},
        {"column": "j", "<": true}, {"column": "k", "like": 3}, {"column": "l", "is_null": 1},
        {"all": [{"column": "m", "=": 1}], "any": [{"column": "n", "=": 1}]},
        {"column": "o", "=": "\u0000"}, {"column": "p", "in": [1, [2], null]}, {"odd \"key\"": 1}, {"audience": 7},
        {"column": "q", "column": "r", "=": 1}, {"column": "s", "between": [3, 1]}, {"column": "t", "=": 1e40}
    ]}"#;
    let wanted = [
        "$.all[0].eq: is no operator, did you mean \"=\"? (operators are =, !=, <, <=, >, >=, between, in, like, ilike, is_null, within_last_days, at_least_days_ago, within_next_days, keyword)",
        "$.all[1].\"=\": must be a boolean, a number or a text, got null; ask for NULL with is_null",
        "$.all[2].any: must have at least one condition",
        "$.all[3].not: must be an object, got a number",
        "$.all[4].within_last_day: is no operator, did you mean \"within_last_days\"? (operators are =, !=, <, <=, >, >=, between, in, like, ilike, is_null, within_last_days, at_least_days_ago, within_next_days, keyword)",
        "$.all[5].\"=\": has no \"column\" beside it",
        "$.all[6]: must have exactly one of all, any, not, audience, bought, not_bought, interested_in, or a column and an operator",
        "$.all[7]: must have exactly one operator",
        "$.all[8].column: must not be empty",
        "$.all[9]: must have exactly one operator",
        "$.all[10].in: must not mix numbers and texts",
        "$.all[11].in: must have at least one value",
        "$.all[12].between: must have exactly two values",
        "$.all[13].within_last_days: must be a whole number of days, 1 to 36525",
        "$.all[14].\"<\": must be a number or a text, got a boolean",
        "$.all[15].like: must be a text, got a number",
        "$.all[16].is_null: must be true or false, got a number",
        "$.all[17]: must have exactly one of all, any, not, audience, bought, not_bought, interested_in, or a column and an operator",
        "$.all[18].\"=\": must not contain the character NUL",
        "$.all[19].in[1]: must be a number or a text, got a list",
        "$.all[19].in[2]: must be a number or a text, got null; ask for NULL with is_null",
        "$.all[20].\"odd \\\"key\\\"\": is unknown",
        "$.all[21].audience: must be a name, got a number",
        "$.all[22]: has the key \"column\" twice",
        "$.all[23].between: is always false: the first value is more than the second",
        "$.all[24].\"=\": must have at most 38 digits",
    ];
    let found = problems(json);
    for (found, wanted) in found.iter().zip(wanted) {
        assert_eq!(found, wanted);
    }
    assert_eq!(found.len(), wanted.len());
}

#[test]
fn all_problems_of_questions_about_products_are_found() {
    let json = r#"{"all": [
        {"bought": {"category": "A", "at_least": 2, "within_days": 365}}, {"bought": {"at_least": 2}}, {"not_bought": "A"},
        {"bought": {"a": "A", "at_least": 0}}, {"bought": {"a": {"keyword": "\"x"}, "b": {"keyword": "-"}}},
        {"bought": {"a": {"like": "x", "=": 3}}}, {"bought": {"a": {"near": 3}}}, {"bought": {"a": [], "b": null, "": 1}},
        {"bought": {"a": 1, "within_day": 3}}, {"bought": {"a": 1, "top": 3}}, {"bought": {"a": 1}, "at_least": 3},
        {"interested_in": {"a": 1}}, {"interested_in": {"a": 1}, "top": 1, "buyers": 0.8}, {"interested_in": {"a": 1}, "tops": 1},
        {"interested_in": {"a": 1, "top": 1}, "buyers": 0}, {"interested_in": {"a": 1}, "buyers": 1.1},
        {"interested_in": {"a": 1, "within_days": 1}, "top": 1.5}, {"top": 5}, {"bought": {"a": 1, "a": 2}}, {"bougt": {"a": 1}}
    ]}"#;
    let wanted = [
        "$.all[1].bought: must have a column of the order lines",
        "$.all[2].not_bought: must be an object, got a text",
        "$.all[3].bought.at_least: must be a whole number of purchases, 1 to 2000000000",
        "$.all[4].bought.a.keyword: must close its quotes",
        "$.all[4].bought.b.keyword: must have a word of letters or digits",
        "$.all[5].bought.a: must have exactly one operator",
        "$.all[6].bought.a.near: is no operator (operators are =, !=, <, <=, >, >=, between, in, like, ilike, is_null, within_last_days, at_least_days_ago, within_next_days, keyword)",
        "$.all[7].bought.a: must have at least one value",
        "$.all[7].bought.b: must be a boolean, a number or a text, got null; ask for NULL with is_null",
        "$.all[7].bought.\"\": must not be empty",
        "$.all[8].bought.within_day: is taken for a column of the order lines, did you mean \"within_days\"?",
        "$.all[9].bought.top: belongs to \"interested_in\", beside it",
        "$.all[10].at_least: belongs within \"bought\"",
        "$.all[11]: must have either top or buyers beside interested_in",
        "$.all[12]: must have either top or buyers beside interested_in",
        "$.all[13].tops: is unknown, did you mean \"top\"?",
        "$.all[14].interested_in.top: belongs beside \"interested_in\"",
        "$.all[14].buyers: must be a share of the expected buyers, more than 0 and at most 1",
        "$.all[15].buyers: must be a share of the expected buyers, more than 0 and at most 1",
        "$.all[16].interested_in.within_days: belongs to \"bought\"",
        "$.all[16].top: must be a whole number of customers, 1 to 2000000000",
        "$.all[17].top: has no \"interested_in\" beside it",
        "$.all[18].bought: has the key \"a\" twice",
        "$.all[19].bougt: is unknown, did you mean \"bought\"?",
    ];
    let found = problems(json);
    for (found, wanted) in found.iter().zip(wanted) {
        assert_eq!(found, wanted);
    }
    assert_eq!(found.len(), wanted.len());
}

#[test]
fn malformed_json_gives_the_position() {
    assert_eq!(
        problems("{\"all\": [}"),
        ["$: malformed JSON: expected value at line 1 column 10"]
    );
    assert_eq!(
        problems(""),
        ["$: malformed JSON: EOF while parsing a value at line 1 column 0"]
    );
    assert_eq!(
        problems("[1] x"),
        ["$: malformed JSON: trailing characters at line 1 column 5"]
    );
    assert_eq!(problems("[1]"), ["$: must be an object, got a list"]);
    // Half of a pair is found only when the text is read.
    assert_eq!(
        problems("{\"all\": [\n  {\"column\": \"é\\ud800\", \"=\": 1}]}"),
        ["$.all[0].column: malformed JSON: unexpected end of hex escape at line 2 column 23"]
    );
}

#[test]
fn keys_of_other_languages_are_understood() {
    for (json, wanted) in [
        (r#"{"and": []}"#, "$.and: is unknown, did you mean \"all\"?"),
        (r#"{"OR": []}"#, "$.OR: is unknown, did you mean \"any\"?"),
        (r#"{"eq": 1}"#, "$.eq: is unknown"),
    ] {
        assert_eq!(problems(json), [wanted], "{json}");
    }
    for (key, wanted) in [("==", "="), ("<>", "!="), ("gte", ">=")] {
        let found = &problems(&format!(r#"{{"column": "a", "{key}": 1}}"#))[0];
        let wanted = format!("is no operator, did you mean {wanted:?}?");
        assert!(found.contains(&wanted), "{found}");
    }
}

#[test]
fn long_names_are_shortened() {
    let long = "ü".repeat(150);
    let wanted = format!("$.\"{}…\": is unknown", "ü".repeat(100));
    assert_eq!(problems(&format!(r#"{{"{long}": 1}}"#)), [wanted]);
    let twice = problems(&format!(r#"{{"column": "a", "{long}": 1, "{long}": 1}}"#));
    assert!(twice.iter().all(|problem| problem.len() < 600), "{twice:?}");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth| {
        format!(
            "{}{{\"column\": \"a\", \"=\": 1}}{}",
            "{\"not\":".repeat(depth),
            "}".repeat(depth)
        )
    };
    assert!(problems(&nested(63)).is_empty());
    assert!(problems(&nested(64))[0].ends_with("is nested more than 64 deep"));
    // A stack would not survive so many.
    assert_eq!(problems(&nested(50_000)).len(), 1);
}

#[test]
fn numbers_are_exact() {
    for (json, wanted) in [
        ("9007199254740993", Some("9007199254740993")),
        ("0.1", Some("0.1")),
        ("-0", Some("0")),
        ("-1.50e1", Some("-15")),
        ("12e-3", Some("0.012")),
        ("0e999999999999999999", Some("0")),
        (
            "99999999999999999999999999999999999999",
            Some("99999999999999999999999999999999999999"),
        ),
        ("100000000000000000000000000000000000000", None),
        ("1e37", Some("10000000000000000000000000000000000000")),
        ("1e38", None),
        ("1e-38", Some("0.00000000000000000000000000000000000001")),
        ("1e-39", None),
        ("1e999999999999999999999", None),
        ("-1e-9223372036854775808", None),
    ] {
        assert_eq!(
            Number::parse(json)
                .map(|number| number.to_string())
                .as_deref(),
            wanted,
            "{json}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", instant in "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]{0,16}[Zz+é-]?[0-9:]{0,5}") {
        parse(&text);
        for text in [text, instant] {
            Instant::parse(&text);
            let text = serde_json::Value::from(text);
            parse(&format!("{{\"column\": {text}, \"between\": [{text}, {text}]}}"));
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written(digits in "-?(0|[1-9][0-9]{0,50})(\\.[0-9]{1,50})?(e[+-]?[0-9]{1,25})?") {
        if let Some(number) = Number::parse(&digits) {
            prop_assert_eq!(digits.parse::<f64>(), number.to_string().parse::<f64>());
            prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
        }
    }
}

#[test]
fn instants() {
    for (text, wanted) in [
        ("1970-01-02", Some(Instant::Day(1))),
        ("1970-01-01 00:00:01", Some(Instant::Local(1_000_000))),
        ("1970-01-01T00:00:01.5", Some(Instant::Local(1_500_000))),
        (
            "1970-01-01T01:00:01+01:00",
            Some(Instant::Absolute(1_000_000)),
        ),
        (
            "1970-01-01 00:00:01.000001Z",
            Some(Instant::Absolute(1_000_001)),
        ),
        ("1970-01-01 00:01", Some(Instant::Local(60_000_000))),
        ("1970-01-01T00:01", Some(Instant::Local(60_000_000))),
        ("1970-01-01 01:00:01+01", Some(Instant::Absolute(1_000_000))),
        (
            "1970-01-01 00:00:00.5-01",
            Some(Instant::Absolute(3_600_500_000)),
        ),
        ("1970-01-01 00:00+01", None),
        ("1970-01-01 00:00:01+1", None),
        ("1970-01-01 00:00:01+é", None),
        ("1970-01-01 24:00", None),
        ("1970-1-2", None),
        ("1970-02-30", None),
        ("0000-01-01", None),
        ("1970-01-01 23:59:60", None),
        ("1970-01-01 00:00:00.0000001", None),
        ("1970-01-01 00:00:00z", None),
        ("1970-01-01 日本語で", None),
    ] {
        assert_eq!(Instant::parse(text), wanted, "{text}");
    }
}

fn table(rows: &[(&str, &str)]) -> Vec<String> {
    let entry = |(name, definition): &(&str, &str)| Entry {
        name: Some((*name).into()),
        definition: Some((*definition).into()),
    };
    let entries: Vec<_> = rows.iter().map(entry).collect();
    let text = |Finding { name, problem }: Finding| {
        format!(
            "{} {}: {}",
            name.unwrap_or_default(),
            problem.path,
            problem.problem
        )
    };
    check(&entries).into_iter().map(text).collect()
}

#[test]
fn every_cycle_is_reported_once_with_its_path() {
    let refers = |names: &[&str]| {
        let parts: Vec<_> = names
            .iter()
            .map(|name| format!("{{\"audience\": \"{name}\"}}"))
            .collect();
        format!("{{\"any\": [{}]}}", parts.join(", "))
    };
    let found = table(&[
        ("a", &refers(&["d", "b"])),
        ("b", &refers(&["c"])),
        ("c", &refers(&["a"])),
        ("d", "{\"column\": \"x\", \"=\": 1}"),
        ("e", "{\"not\": {\"audience\": \"e\"}}"),
        ("behind", &refers(&["a", "e"])),
    ]);
    assert_eq!(
        found,
        [
            "a $.any[1].audience: refers to itself: \"a\" → \"b\" → \"c\" → \"a\"",
            "e $.not.audience: refers to itself: \"e\" → \"e\""
        ]
    );
}

#[test]
fn a_long_chain_of_references_is_no_problem() {
    let rows: Vec<_> = (0..20_000)
        .map(|i| (format!("{i}"), format!("{{\"audience\": \"{}\"}}", i + 1)))
        .collect();
    let mut rows: Vec<_> = rows
        .iter()
        .map(|(name, definition)| (name.as_str(), definition.as_str()))
        .collect();
    rows.push(("20000", "{\"column\": \"x\", \"=\": 1}"));
    assert!(table(&rows).is_empty());
    rows.pop();
    assert_eq!(table(&rows).len(), 1);
}
