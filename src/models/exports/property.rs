//! Properties of a contact beside the identifiers, as mailing platforms import them from a file.

use super::formula::{disarmed, disarmed_json};
use super::is_blank;
use super::platform::{ListForm, Platform};
use serde_json::value::RawValue;
use unicode_normalization::UnicodeNormalization;

/// A text in composed characters, on one line and with single spaces; `None` for an empty one.
pub fn text_property(text: &str, disarm: bool) -> Option<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .map(|word| word.trim_matches(is_blank))
        .filter(|word| !word.is_empty())
        .collect();
    let line: String = words.join(" ").nfc().collect();
    let safe = if disarm {
        disarmed(&line).into_owned()
    } else {
        line
    };
    (!safe.is_empty()).then_some(safe)
}

/// A list or another nested value, given as JSON, which some platforms take for lists, and others
/// the elements with a comma or a semicolon between them.
pub fn json_property(platform: Platform, json: &str, disarm: bool) -> Option<String> {
    if let ListForm::Joined(between) = platform.lists
        && let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(json)
    {
        let texts: Vec<String> = elements
            .iter()
            .filter_map(|element| element_text(element.get(), disarm))
            .collect();
        return (!texts.is_empty()).then(|| texts.join(between));
    }
    let safe = if disarm {
        disarmed_json(json)
    } else {
        json.to_owned()
    };
    (safe != "null").then_some(safe)
}

fn element_text(raw: &str, disarm: bool) -> Option<String> {
    match serde_json::from_str::<String>(raw) {
        Ok(text) => text_property(&text, disarm),
        Err(_) if raw == "null" => None,
        Err(_) if disarm => Some(disarmed_json(raw)),
        Err(_) => Some(raw.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_line_and_no_formula() {
        for (text, expected) in [
            ("Slipping Away", Some("Slipping Away")),
            (
                " two\r\nlines\tand \u{200b} more ",
                Some("two lines and more"),
            ),
            ("say \"hi\", O'Brien", Some("say \"hi\", O'Brien")),
            ("=1+1", Some("'=1+1")),
            ("\t@SUM(1);-2", Some("'@SUM(1);'-2")),
            ("e\u{301}", Some("é")),
            ("\u{0}\n ", None),
            ("", None),
        ] {
            assert_eq!(text_property(text, true).as_deref(), expected, "{text:?}");
        }
        assert_eq!(text_property("=1+1", false).as_deref(), Some("=1+1"));
    }

    #[test]
    fn lists_are_what_the_platform_wants() {
        let both = |json: &str| {
            [Platform::KLAVIYO, Platform::MAILCHIMP]
                .map(|platform| json_property(platform, json, true))
        };
        let pair =
            |klaviyo: &str, mailchimp: &str| [Some(klaviyo.to_owned()), Some(mailchimp.to_owned())];
        assert_eq!(both(r#"["a","b c"]"#), pair(r#"["a","b c"]"#, "a, b c"));
        assert_eq!(
            both(r#"["say \"hi\"",-2,null,true]"#),
            pair(r#"["say \"hi\"",-2,null,true]"#, "say \"hi\", -2, true")
        );
        assert_eq!(
            both(r#"["=1","x,-2"]"#),
            pair(r#"["'=1","x,'-2"]"#, "'=1, x,'-2")
        );
        assert_eq!(
            both(r#"{"a":"+1"}"#),
            pair(r#"{"a":"'+1"}"#, r#"{"a":"'+1"}"#)
        );
        assert_eq!(both(r#"[["@a"]]"#), pair(r#"[["'@a"]]"#, r#"["'@a"]"#));
        assert_eq!(both("[]"), [Some("[]".to_owned()), None]);
        assert_eq!(both("null"), [None, None]);
        assert_eq!(both("[broken"), pair("[broken", "[broken"));
        let hubspot = json_property(Platform::HUBSPOT, r#"["a","=b",null,1]"#, true);
        assert_eq!(hubspot.as_deref(), Some("a;'=b;1"));
    }
}
