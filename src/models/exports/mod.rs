//! Personal identifiers: e-mail addresses, telephone numbers, names and postal codes as people type
//! them, brought to the form in which advertising and mailing platforms compare them. The
//! differences between platforms are in [`platform`].

pub mod contact;
pub mod country;
mod details;
pub mod email;
pub mod export;
pub mod formula;
pub mod hash;
pub mod keys;
pub mod name;
pub mod phone;
pub mod platform;
pub mod property;
pub mod state;
mod usual_phone;
pub mod zip;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// White space, control characters, and the marks without width that come along when text is
/// pasted: zero-width space, joiners and marks of direction, soft hyphen, byte order mark.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Without blanks at both ends.
fn trimmed(text: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if is_plain(text.as_bytes().first()) && is_plain(text.as_bytes().last()) {
        return text;
    }
    text.trim_matches(is_blank)
}

/// What was given, if it is more than blanks.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(trimmed).filter(|text| !text.is_empty())
}

/// Without the `.0` of a whole number that was read into a column of floating point numbers.
fn whole_number(text: &str) -> &str {
    match text.strip_suffix(".0") {
        Some(whole) if is_digits(whole.strip_prefix('+').unwrap_or(whole)) => whole,
        _ => text,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// In lower case, and composed (NFC), so that é is one character however it was typed.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        text.to_lowercase().nfc().collect()
    }
}

/// Small letters and digits, without accents, spaces and punctuation; `&` as "and".
fn plain_letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            '&' => letters.push_str("and"),
            // Letters that modify others, such as the ʻ of Oʻzbekiston, are typed as apostrophes.
            '\u{2b0}'..='\u{2ff}' => {}
            _ if c.is_alphanumeric() && !is_combining_mark(c) => letters.push(c),
            _ => {}
        }
    }
    letters
}
