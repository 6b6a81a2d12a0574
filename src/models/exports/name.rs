//! Names of people and places.

use super::{folded, is_blank, trimmed};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Nobody's name is longer.
const MAX_BYTES: usize = 1_000;

/// The name in lower case and composed characters, with single spaces; `None` without any letter. A
/// hash (64 hexadecimal digits) is kept, in lower case.
pub fn normalize_name(text: &str) -> Option<String> {
    single_spaced(text).map(|name| folded(&name))
}

/// The name as it is written, in composed characters, with single spaces; `None` without any
/// letter.
pub fn written_name(text: &str) -> Option<String> {
    let name = single_spaced(text)?;
    Some(if name.is_ascii() {
        name.into_owned()
    } else {
        name.nfc().collect()
    })
}

/// In lower case, without spaces and punctuation.
pub fn letters_only(text: &str) -> Option<String> {
    let mut name = normalize_name(text)?;
    name.retain(|c| !is_punctuation(c));
    (!name.is_empty()).then_some(name)
}

fn is_punctuation(c: char) -> bool {
    c == ' ' || c.is_ascii_punctuation() || matches!(c, '´' | '\u{2000}'..='\u{206f}')
}

fn single_spaced(text: &str) -> Option<Cow<'_, str>> {
    let text = trimmed(text);
    if text.len() > MAX_BYTES || !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let is_clean =
        |text: &str| text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) && !text.contains("  ");
    if is_clean(text) {
        return Some(Cow::Borrowed(text));
    }
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .map(|word| word.trim_matches(is_blank))
        .filter(|word| !word.is_empty())
        .collect();
    Some(Cow::Owned(words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_brought_to_one_form() {
        for (text, normal, written, letters) in [
            (" Anna ", "anna", "Anna", "anna"),
            (
                "Mary  Ann\nO’Brien-Smith",
                "mary ann o’brien-smith",
                "Mary Ann O’Brien-Smith",
                "maryannobriensmith",
            ),
            ("Valéry", "valéry", "Valéry", "valéry"),
            ("Vale\u{301}ry", "valéry", "Valéry", "valéry"),
            ("정", "정", "정", "정"),
            ("\u{202b}שלום\u{202c}", "שלום", "שלום", "שלום"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευς", "ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ] {
            assert_eq!(normalize_name(text).as_deref(), Some(normal), "{text:?}");
            assert_eq!(written_name(text).as_deref(), Some(written), "{text:?}");
            assert_eq!(letters_only(text).as_deref(), Some(letters), "{text:?}");
        }
        for text in ["", " ", "-", "42", "😀", "?!"] {
            assert_eq!(normalize_name(text), None, "{text:?}");
            assert_eq!(letters_only(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn normalizing_again_changes_nothing(text: String) {
            if let Some(name) = normalize_name(&text) {
                prop_assert_eq!(normalize_name(&name), Some(name));
            }
        }
    }
}
