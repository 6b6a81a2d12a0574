//! Countries.

use super::trimmed;

/// The two letters of ISO 3166-1, in capitals; `None` for anything that is not two letters.
/// UK, which many lists have, is Great Britain's GB.
pub fn country_code(text: &str) -> Option<[u8; 2]> {
    let code: [u8; 2] = trimmed(text).as_bytes().try_into().ok()?;
    let code = code.map(|byte| byte.to_ascii_uppercase());
    match &code {
        b"UK" => Some(*b"GB"),
        _ => code.iter().all(u8::is_ascii_uppercase).then_some(code),
    }
}

/// The code as text.
pub(super) fn as_text(code: [u8; 2]) -> String {
    code.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_two_letters() {
        assert_eq!(country_code(" de\n"), Some(*b"DE"));
        assert_eq!(country_code("Uk"), Some(*b"GB"));
        for text in ["", "D", "DEU", "Germany", "49", "ä", "D1"] {
            assert_eq!(country_code(text), None, "{text}");
        }
    }
}
