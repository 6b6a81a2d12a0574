//! By what two rows are recognised as the same person.

use super::hash::digest;
use super::platform::Platform;
use std::hash::{DefaultHasher, Hasher};

/// What the keys of a relation are made of. All of its keys have to be made of the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOf {
    /// The text: quick, and enough where no identifier is given as its hash.
    Text,
    /// The SHA-256 of the text, so that an identifier and its own hash have the same key.
    Hash,
}

/// The identifiers that a platform gets of a contact.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)]
pub struct Identity<'a> {
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub first_name: Option<&'a str>,
    pub last_name: Option<&'a str>,
    pub country: Option<&'a str>,
    pub zip: Option<&'a str>,
    pub uid: Option<&'a str>,
}

/// The keys of a contact. 128 bits: among a billion people, two are taken for one with a
/// probability of one to 10²⁰.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Of all identifiers together: rows with the same are the same to the platform.
    pub contact: u128,
    /// Of the e-mail address.
    pub email: Option<u128>,
    /// Of the telephone number.
    pub phone: Option<u128>,
    /// Of first name, last name, country and zip, where all four are known.
    pub address: Option<u128>,
    /// Of the platform's own number of the person.
    pub uid: Option<u128>,
}

impl Keys {
    /// The keys of what the platform gets.
    pub fn new(platform: Platform, identity: Identity<'_>, key_of: KeyOf) -> Self {
        let key = |text: Option<&str>| text.map(|text| key_of.key(text));
        let (email, phone) = (key(identity.email), key(identity.phone));
        if platform.has_one_row_per_address() {
            return Self {
                // They have one profile per address, whatever else is in it.
                contact: email.or(phone).unwrap_or_default(),
                email,
                phone,
                address: None,
                uid: None,
            };
        }
        let parts = [
            identity.first_name,
            identity.last_name,
            identity.country,
            identity.zip,
        ]
        .map(key);
        let (address, uid) = (joined(&parts), key(identity.uid));
        Self {
            contact: joined(&[email, phone, Some(address), uid]),
            email,
            phone,
            address: parts.iter().all(Option::is_some).then_some(address),
            uid,
        }
    }
}

impl KeyOf {
    fn key(self, text: &str) -> u128 {
        match self {
            Self::Text => fingerprint(text),
            Self::Hash => digest(text)
                .iter()
                .take(16)
                .fold(0, |key, byte| key << 8 | u128::from(*byte)),
        }
    }
}

fn fingerprint(text: &str) -> u128 {
    let half = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(text.as_bytes());
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// One key of several, each in its place.
fn joined(parts: &[Option<u128>; 4]) -> u128 {
    // The parts are spread evenly already, so that multiplying spreads their sum as well.
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    parts.iter().fold(0, |sum: u128, part| {
        (sum.rotate_left(64) ^ part.unwrap_or(0)).wrapping_mul(SPREAD)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::exports::contact::Contact;
    use crate::models::exports::export::{Form, export_row};
    use crate::models::exports::hash::hash_identifier;

    const PLATFORMS: [Platform; 7] = [
        Platform::Google,
        Platform::Meta,
        Platform::TikTok,
        Platform::Klaviyo,
        Platform::Mailchimp,
        Platform::Clear,
        Platform::Hashed,
    ];
    const ANNA: Contact<'_> = Contact {
        email: Some("Anna@Example.com "),
        phone: Some("+49 171 3920012"),
        first_name: Some("Anna"),
        last_name: Some("Müller"),
        country: Some("Germany"),
        zip: Some("04109"),
        uid: Some("7"),
        city: None,
        state: None,
        birth_date: None,
        gender: None,
        value: None,
        today: 0,
    };

    fn keys(platform: Platform, contact: Contact<'_>, consent: bool, key_of: KeyOf) -> Keys {
        let form = Form {
            phone_plus: true,
            disarm_formulas: true,
        };
        let found = export_row(platform, contact, Some(consent), form);
        let identity = Identity {
            email: found.email.as_deref(),
            phone: found.phone.as_deref(),
            first_name: found.first_name.as_deref(),
            last_name: found.last_name.as_deref(),
            country: found.country.as_deref(),
            zip: found.zip.as_deref(),
            uid: found.uid.as_deref(),
        };
        Keys::new(platform, identity, key_of)
    }

    #[test]
    fn an_identifier_and_its_hash_are_one_person() {
        let email = hash_identifier("anna@example.com");
        for platform in PLATFORMS {
            let number = match platform {
                Platform::Meta => "491713920012",
                _ => "+491713920012",
            };
            let phone = hash_identifier(number).map(|hash| hash.to_uppercase());
            let hashed = Contact {
                email: email.as_deref(),
                phone: phone.as_deref(),
                ..ANNA
            };
            let plain = keys(platform, ANNA, true, KeyOf::Hash);
            let refusing = keys(platform, hashed, false, KeyOf::Hash);
            assert!(plain.email.is_some());
            assert_eq!(plain.email, refusing.email, "{platform:?}");
            if platform != Platform::Mailchimp {
                assert!(plain.phone.is_some());
                assert_eq!(plain.phone, refusing.phone, "{platform:?}");
            }
            if !platform.is_clear() {
                let hashed = keys(platform, hashed, true, KeyOf::Hash);
                assert_eq!(plain, hashed, "{platform:?}");
            }
        }
    }

    #[test]
    fn keys_tell_contacts_apart() {
        let other_name = Contact {
            first_name: Some("Lena"),
            ..ANNA
        };
        let without_phone = Contact {
            phone: None,
            ..ANNA
        };
        let other_uid = Contact {
            uid: Some("8"),
            ..ANNA
        };
        // The same texts in other places.
        let swapped = Contact {
            first_name: ANNA.last_name,
            last_name: ANNA.first_name,
            ..ANNA
        };
        for (platform, other, is_same) in [
            (Platform::Google, other_name, false),
            (Platform::Google, swapped, false),
            (Platform::Google, without_phone, false),
            (Platform::Google, other_uid, true),
            (Platform::Meta, other_name, false),
            (Platform::Meta, other_uid, false),
            (Platform::TikTok, other_name, true),
            (Platform::TikTok, without_phone, false),
            (Platform::Klaviyo, other_name, true),
            (Platform::Klaviyo, without_phone, true),
            (Platform::Mailchimp, without_phone, true),
            (Platform::Clear, without_phone, true),
            (Platform::Hashed, other_name, true),
            (Platform::Hashed, without_phone, true),
        ] {
            for key_of in [KeyOf::Text, KeyOf::Hash] {
                let key = |contact| keys(platform, contact, true, key_of).contact;
                let found = key(ANNA) == key(other);
                assert_eq!(found, is_same, "{platform:?} {other:?}");
            }
        }
    }

    #[test]
    fn somebody_who_refuses_is_known_by_every_identifier_of_the_platform() {
        for platform in PLATFORMS {
            let keys = keys(platform, ANNA, false, KeyOf::Text);
            let is_known_by =
                [keys.email, keys.phone, keys.address, keys.uid].map(|key| key.is_some());
            let expected = match platform {
                Platform::Google => [true, true, true, false],
                Platform::Meta => [true, true, true, true],
                Platform::TikTok | Platform::Klaviyo | Platform::Clear | Platform::Hashed => {
                    [true, true, false, false]
                }
                Platform::Mailchimp => [true, false, false, false],
            };
            assert_eq!(is_known_by, expected, "{platform:?}");
        }
    }
}
