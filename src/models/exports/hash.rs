//! SHA-256 as the platforms want it; a hash is not hashed again.

use super::trimmed;
use sha2::{Digest, Sha256};

/// SHA-256 (FIPS 180-4) of the UTF-8 text in lower-case hexadecimal. A text that is such a hash
/// already is only put into lower case; the empty text identifies nobody.
pub fn hash_identifier(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    Some(already_hashed(text).unwrap_or_else(|| hexadecimal(&Sha256::digest(text).into())))
}

/// The bytes of the hash: of the one that the text is, or of the one that is made of it.
pub(super) fn digest(text: &str) -> [u8; HASH_DIGITS / 2] {
    let mut bytes = [0; HASH_DIGITS / 2];
    match already_hashed(text) {
        Some(hash) => {
            let digits = hash.bytes().map(|digit| match digit {
                b'0'..=b'9' => digit - b'0',
                _ => digit - b'a' + 10,
            });
            for (place, digit) in digits.enumerate() {
                bytes[place / 2] = bytes[place / 2] << 4 | digit;
            }
        }
        None => bytes = Sha256::digest(text).into(),
    }
    bytes
}

const HASH_DIGITS: usize = 64;

/// The text in lower case, if it is a hash.
pub(super) fn already_hashed(text: &str) -> Option<String> {
    // First, because this is asked for every value, and nearly all are shorter.
    if text.len() < HASH_DIGITS {
        return None;
    }
    let text = trimmed(text);
    (text.len() == HASH_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| text.to_ascii_lowercase())
}

fn hexadecimal(bytes: &[u8; HASH_DIGITS / 2]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let mut text = String::with_capacity(HASH_DIGITS);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_hashes_are_those_of_the_standard() {
        // FIPS 180-4, examples of NIST.
        assert_eq!(
            hash_identifier("abc").unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            hash_identifier("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").unwrap(),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        );
        assert_eq!(hash_identifier(""), None);
    }

    #[test]
    fn a_text_and_its_hash_have_the_same_bytes() {
        let hash = hash_identifier("abc").unwrap();
        assert_eq!(hexadecimal(&digest("abc")), hash);
        assert_eq!(digest(&hash), digest("abc"));
        assert_eq!(digest(&hash.to_uppercase()), digest("abc"));
    }

    proptest! {
        #[test]
        fn hashing_again_changes_nothing(text in ".+") {
            let once = hash_identifier(&text).unwrap();
            prop_assert_eq!(hash_identifier(&once), Some(once.clone()));
            prop_assert_eq!(hash_identifier(&once.to_uppercase()), Some(once.clone()));
            prop_assert_eq!(hash_identifier(&format!(" {once}\n")), Some(once));
        }
    }
}
