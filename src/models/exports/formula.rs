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
