//! Texts that a spreadsheet would run as a formula when somebody opens the file in it.

use std::borrow::Cow;

/// What a formula begins with, also in full width (OWASP, CSV Injection). Tabs and line breaks,
/// the others of that list, are gone from every text before.
const BEGINNINGS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What begins a new cell, where a spreadsheet splits at another character than the file does.
const SEPARATORS: [char; 2] = [',', ';'];

/// Whether the text, or a cell that it could be split into, begins like a formula.
pub fn is_formula(text: &str) -> bool {
    text.split(SEPARATORS).any(begins_formula)
}

fn begins_formula(cell: &str) -> bool {
    cell.trim_start().starts_with(BEGINNINGS)
}

/// The text with an apostrophe before whatever begins like a formula, which makes it plain text
/// to a spreadsheet.
pub fn disarmed(text: &str) -> Cow<'_, str> {
    if !is_formula(text) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 2);
    for cell in text.split_inclusive(SEPARATORS) {
        let inner = cell.trim_start();
        safe.push_str(&cell[..cell.len() - inner.len()]);
        if begins_formula(inner) {
            safe.push('\'');
        }
        safe.push_str(inner);
    }
    Cow::Owned(safe)
}

/// JSON in which every text is [`disarmed`]; numbers stay, which are no formulas.
pub fn disarmed_json(json: &str) -> String {
    let mut safe = String::with_capacity(json.len() + 2);
    let (mut is_text, mut begins) = (false, false);
    let mut rest = json.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => {
                is_text = !is_text;
                begins = is_text;
            }
            '\\' if is_text => {
                safe.push(c);
                let Some(escaped) = rest.next() else {
                    break;
                };
                safe.push(escaped);
                // Control characters are white space; what else is escaped is a character.
                begins &= matches!(escaped, 'b' | 'f' | 'n' | 'r' | 't' | 'u');
                if escaped == 'u' {
                    safe.extend(rest.by_ref().take(4));
                }
                continue;
            }
            _ if is_text && SEPARATORS.contains(&c) => begins = true,
            _ if is_text && !c.is_whitespace() => {
                if begins && BEGINNINGS.contains(&c) {
                    safe.push('\'');
                }
                begins = false;
            }
            _ => {}
        }
        safe.push(c);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_become_text() {
        for (text, expected) in [
            (
                "=HYPERLINK(\"http://x.example\";\"Anna\")",
                "'=HYPERLINK(\"http://x.example\";\"Anna\")",
            ),
            ("@SUM(1)", "'@SUM(1)"),
            ("-Anna", "'-Anna"),
            ("+Anna", "'+Anna"),
            ("＝1+1", "'＝1+1"),
            ("Anna;=1+1", "Anna;'=1+1"),
            ("Anna, =1;-2", "Anna, '=1;'-2"),
        ] {
            assert!(is_formula(text), "{text}");
            assert_eq!(disarmed(text), expected);
        }
    }

    #[test]
    fn names_stay() {
        for text in ["Anna", "Anna-Lena", "O'Brien", "Smith, Jr.", "1+1", "'=1"] {
            assert!(!is_formula(text), "{text}");
            assert_eq!(disarmed(text), text);
        }
    }

    #[test]
    fn texts_within_json_become_text() {
        for (json, expected) in [
            (
                r#"["=1",-2,{"+a":"b;@c"}]"#,
                r#"["'=1",-2,{"'+a":"b;'@c"}]"#,
            ),
            (
                r#"["\t=1","\u0009=1","\"=1","\\=1"]"#,
                r#"["\t'=1","\u0009'=1","\"=1","\\=1"]"#,
            ),
            (r#"["a=1","",-1.5e-7]"#, r#"["a=1","",-1.5e-7]"#),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(disarmed_json(json), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_disarmed_is_a_formula(text in "[=+@;, 'a-c-]{0,12}") {
            prop_assert!(!is_formula(&disarmed(&text)));
            let twice = disarmed(&text).into_owned();
            prop_assert_eq!(disarmed(&twice), twice.as_str());
            prop_assert_eq!(disarmed(&text).replace('\'', ""), text.replace('\'', ""));
        }
    }
}
