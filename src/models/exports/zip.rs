//! Postal codes.

use super::{is_digits, trimmed, whole_number};

/// The longest code of any country, with its spaces, has ten characters.
const MAX_BYTES: usize = 10;

/// The postal code in capitals with single spaces; `None` unless it has 2 to 10 letters, digits,
/// spaces and hyphens, at least one digit and no hyphen at the ends. In the USA five digits, or
/// five, a hyphen and the four of the extension.
pub fn normalize_zip(text: &str, country: Option<[u8; 2]>) -> Option<String> {
    let text = whole_number(trimmed(text));
    // Twice as long with its spaces is still read.
    if text.len() > 2 * MAX_BYTES {
        return None;
    }
    if country == Some(*b"US") {
        return american(text);
    }
    let zip = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_ascii_uppercase();
    let is_code = (2..=MAX_BYTES).contains(&zip.len())
        && zip
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b' ' || byte == b'-')
        && zip.bytes().any(|byte| byte.is_ascii_digit())
        && zip.trim_matches('-').len() == zip.len();
    is_code.then_some(zip)
}

/// 12345, and 12345-6789 also where it is written as 12345 6789 or 123456789.
fn american(text: &str) -> Option<String> {
    let is_number = |text: &str, digits| text.len() == digits && is_digits(text);
    let (zip, extension) = text.split_at_checked(5)?;
    let extension = extension.trim_start_matches(['-', ' ']);
    match extension {
        "" => is_number(zip, 5).then(|| zip.to_owned()),
        _ => (is_number(zip, 5) && is_number(extension, 4)).then(|| format!("{zip}-{extension}")),
    }
}

/// As Meta wants it: lower case without spaces and hyphens; in the USA the first five digits; in
/// Great Britain the area, district and sector, that is, all but the last two letters.
pub fn meta_zip(text: &str, country: Option<[u8; 2]>) -> Option<String> {
    let mut zip = normalize_zip(text, country)?.to_ascii_lowercase();
    zip.retain(|c| c != ' ' && c != '-');
    if country == Some(*b"US") {
        zip.truncate(5);
    }
    if country == Some(*b"GB") && is_whole_british(zip.as_bytes()) {
        zip.truncate(zip.len() - 2);
    }
    Some(zip)
}

/// Whether a British code is more than its first half: it then ends in a digit and two letters.
fn is_whole_british(zip: &[u8]) -> bool {
    matches!(zip, [_, _, .., sector, a, b]
        if sector.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_brought_to_one_form() {
        for (text, country, normal, meta) in [
            ("94303", b"US", "94303", "94303"),
            (" 94303-5300", b"US", "94303-5300", "94303"),
            ("94303 5300", b"US", "94303-5300", "94303"),
            ("943035300", b"US", "94303-5300", "94303"),
            ("wc2h  8lg", b"GB", "WC2H 8LG", "wc2h8"),
            ("M1 1AE", b"GB", "M1 1AE", "m11"),
            ("M11AE", b"GB", "M11AE", "m11"),
            ("M1", b"GB", "M1", "m1"),
            ("k1a 0b1", b"CA", "K1A 0B1", "k1a0b1"),
            ("1012 ab", b"NL", "1012 AB", "1012ab"),
            ("01310-100", b"BR", "01310-100", "01310100"),
            ("04109", b"DE", "04109", "04109"),
            ("94303.0", b"US", "94303", "94303"),
            ("80331.0", b"DE", "80331", "80331"),
        ] {
            assert_eq!(
                normalize_zip(text, Some(*country)).as_deref(),
                Some(normal),
                "{text}"
            );
            assert_eq!(
                meta_zip(text, Some(*country)).as_deref(),
                Some(meta),
                "{text}"
            );
        }
    }

    #[test]
    fn others_are_malformed() {
        for text in [
            "",
            "-",
            "1",
            "unknown",
            "12345678901",
            "1234é",
            "12_34",
            "-12",
            "12-",
        ] {
            assert_eq!(normalize_zip(text, Some(*b"DE")), None, "{text}");
        }
        for text in [
            "2108", "123456", "9430", "K1A 0B1", "94303-53", "94303-", "9430é", "2108.0", "94303.5",
        ] {
            let expected = (text == "94303-").then(|| "94303".to_owned());
            assert_eq!(normalize_zip(text, Some(*b"US")), expected, "{text}");
        }
    }
}
