//! SHA-256 as the platforms want it, and never twice.

use super::trimmed;
use sha2::{Digest, Sha256};

/// SHA-256 (FIPS 180-4) of the UTF-8 text in small hexadecimal digits. A text that is such a
/// hash already is only brought to small letters; the empty text identifies nobody.
pub fn hash_identifier(text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    Some(already_hashed(text).unwrap_or_else(|| hexadecimal(&Sha256::digest(text))))
}

/// The hash that a text is, in small letters.
pub(super) fn already_hashed(text: &str) -> Option<String> {
    // The length first, because this is asked for every value.
    let text = if text.len() == 64 {
        text
    } else {
        trimmed(text)
    };
    (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| text.to_ascii_lowercase())
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let mut text = Vec::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.extend([byte >> 4, byte & 15].map(|half| DIGITS[usize::from(half)]));
    }
    String::from_utf8(text).unwrap_or_default()
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
