//! Countries, by their codes and by their names.

use super::{plain_letters, trimmed};
use std::collections::HashMap;
use std::sync::LazyLock;

/// The names of every country in English and in its own languages; scripts/countries.py writes
/// it from ISO 3166-1 and CLDR.
const COUNTRIES: &str = include_str!("countries.csv");

/// Two letters that are not those of ISO 3166-1 but are in many lists. The European Union
/// writes EL for Greece.
const OTHER_CODES: [(&str, [u8; 2]); 2] = [("uk", *b"GB"), ("el", *b"GR")];

/// Longer than the longest name.
const MAX_BYTES: usize = 200;

/// Which text, folded, is which country.
struct Countries {
    /// Of two letters, by `26 * first + second`: most lists have nothing else.
    by_two_letters: [Option<[u8; 2]>; 26 * 26],
    by_name: HashMap<String, [u8; 2]>,
}

static KNOWN: LazyLock<Countries> = LazyLock::new(|| {
    let mut known = Countries {
        by_two_letters: [None; 26 * 26],
        by_name: HashMap::new(),
    };
    for line in COUNTRIES.lines().skip(1) {
        let mut names = line.split(';');
        let code: Option<[u8; 2]> = names
            .next()
            .and_then(|code| code.as_bytes().try_into().ok());
        if let Some(code) = code {
            known.by_name.extend(names.map(|name| (folded(name), code)));
            known.set(code, code);
        }
    }
    for (text, code) in OTHER_CODES {
        known.by_name.insert(text.to_owned(), code);
        if let Ok(letters) = text.as_bytes().try_into() {
            known.set(letters, code);
        }
    }
    known
});

impl Countries {
    fn set(&mut self, letters: [u8; 2], code: [u8; 2]) {
        if let Some(slot) = place(letters).and_then(|place| self.by_two_letters.get_mut(place)) {
            *slot = Some(code);
        }
    }
}

fn place(letters: [u8; 2]) -> Option<usize> {
    let [first, second] = letters.map(|byte| byte.to_ascii_uppercase());
    (first.is_ascii_uppercase() && second.is_ascii_uppercase())
        .then(|| usize::from(first - b'A') * 26 + usize::from(second - b'A'))
}

/// The two letters of ISO 3166-1, in capitals, of a country that is written as these, as the
/// three, or as its name in English or a language of its own. UK is GB and EL is GR. `None` for
/// anything else: nothing is guessed from the first letters.
pub fn country_code(text: &str) -> Option<[u8; 2]> {
    let text = trimmed(text);
    if let Ok(letters) = text.as_bytes().try_into() {
        return KNOWN.by_two_letters.get(place(letters)?).copied()?;
    }
    if text.len() > MAX_BYTES {
        return None;
    }
    let name = folded(text);
    match name.as_bytes().try_into() {
        Ok(letters) => KNOWN.by_two_letters.get(place(letters)?).copied()?,
        Err(_) => KNOWN.by_name.get(&name).copied(),
    }
}

/// The letters of a name, without "the" at the beginning (The Gambia) or the end (Netherlands,
/// the).
fn folded(name: &str) -> String {
    let letters = plain_letters(name);
    let inner = letters.strip_prefix("the").unwrap_or(&letters);
    inner.strip_suffix("the").unwrap_or(inner).to_owned()
}

/// The code as text.
pub(super) fn as_text(code: [u8; 2]) -> String {
    code.map(char::from).iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_understood() {
        for (text, expected) in [
            (" de\n", b"DE"),
            ("Uk", b"GB"),
            ("el", b"GR"),
            ("USA", b"US"),
            ("U.S.", b"US"),
            ("usa", b"US"),
            ("United States", b"US"),
            ("the united states of america", b"US"),
            ("GBR", b"GB"),
            ("England", b"GB"),
            ("Germany", b"DE"),
            ("DEUTSCHLAND", b"DE"),
            ("Osterreich", b"AT"),
            ("O\u{308}sterreich", b"AT"),
            ("日本", b"JP"),
            ("Ελλάδα", b"GR"),
            ("Côte d’Ivoire", b"CI"),
            ("Cote d'Ivoire", b"CI"),
            ("Trinidad & Tobago", b"TT"),
            ("Netherlands (the)", b"NL"),
            ("The Gambia", b"GM"),
            ("Türkiye", b"TR"),
            ("Turkey", b"TR"),
            ("Kosovo", b"XK"),
        ] {
            assert_eq!(country_code(text), Some(*expected), "{text}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for text in [
            "", "D", "XX", "ZZ", "EU", "49", "ä", "D1", "Korea", "Congos", "Germ", "Usak", "-",
            "the", "Unknown", "Atlantis",
        ] {
            assert_eq!(country_code(text), None, "{text}");
        }
        assert_eq!(country_code(&"Germany".repeat(100)), None);
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        for line in COUNTRIES.lines().skip(1) {
            let code = &line.as_bytes()[..2];
            for text in line.split(';') {
                let found = country_code(text);
                assert_eq!(
                    found.as_ref().map(<[u8; 2]>::as_slice),
                    Some(code),
                    "{text}"
                );
            }
        }
    }
}
