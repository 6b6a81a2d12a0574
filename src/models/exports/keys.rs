//! By what two rows are recognised as the same person.

use super::email::{google_email, without_tag};
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
    /// The address as it is written, where `email` lacks a part of it.
    pub written_email: Option<&'a str>,
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
    /// Where there are hashes, and address and number are none: of the forms in which these may have
    /// been hashed elsewhere.
    pub elsewhere: Elsewhere,
}

/// The keys of an address and a number in other forms than the platform's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// Of the address as it is written, where the platform's form is shorter.
    pub written_email: Option<u128>,
    /// Of the address without a tag.
    pub untagged_email: Option<u128>,
    /// Of the mailbox that Gmail delivers to.
    pub mailbox: Option<u128>,
    /// Of the number without its plus, or with one.
    pub phone: Option<u128>,
}

impl Elsewhere {
    fn new(identity: Identity<'_>, key_of: KeyOf) -> Self {
        if key_of == KeyOf::Text {
            return Self::default();
        }
        let written = identity.written_email.or(identity.email);
        let written = written.filter(|text| text.contains('@'));
        let key = |text: Option<String>| {
            let other = text.filter(|text| Some(text.as_str()) != identity.email);
            other.map(|text| key_of.key(&text))
        };
        let phone = identity
            .phone
            .and_then(|text| match text.strip_prefix('+') {
                Some(digits) => Some(digits.to_owned()),
                None => (text.len() <= MOST_DIGITS).then(|| format!("+{text}")),
            });
        Self {
            written_email: key(written.map(str::to_owned)),
            untagged_email: key(written.map(str::to_owned).and_then(without_tag)),
            mailbox: key(written.and_then(google_email)),
            phone: key(phone),
        }
    }
}

/// Of a telephone number; a hash is longer.
const MOST_DIGITS: usize = 20;

impl Keys {
    /// The keys of what the platform gets.
    pub fn new(platform: Platform, identity: Identity<'_>, key_of: KeyOf) -> Self {
        let key = |text: Option<&str>| text.map(|text| key_of.key(text));
        let (email, phone) = (key(identity.email), key(identity.phone));
        if platform.has_one_row_per_address {
            return Self {
                // They have one profile per address, whatever else is in it.
                contact: email.or(phone).unwrap_or_default(),
                email,
                phone,
                address: None,
                uid: key(identity.uid),
                elsewhere: Elsewhere::new(identity, key_of),
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
            elsewhere: Elsewhere::new(identity, key_of),
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
            written_email: found.written_email.as_deref(),
            phone: found.phone.as_deref(),
            first_name: found.first_name.as_deref(),
            last_name: found.last_name.as_deref(),
            country: found.country.as_deref(),
            zip: found.zip.as_deref(),
            uid: found.uid.as_deref(),
        };
        Keys::new(platform, identity, key_of)
    }

    /// Whether by e-mail address, telephone number, name with country and zip, and uid.
    fn is_known_by(platform: Platform) -> [bool; 4] {
        match platform {
            Platform::META => [true, true, true, true],
            Platform::GOOGLE => [true, true, true, false],
            Platform::BREVO => [true, true, false, true],
            Platform::TIKTOK
            | Platform::SNAPCHAT
            | Platform::KLAVIYO
            | Platform::CLEAR
            | Platform::HASHED => [true, true, false, false],
            _ => [true, false, false, false],
        }
    }

    #[test]
    fn an_identifier_and_its_hash_are_one_person() {
        let email = hash_identifier("anna@example.com");
        for platform in Platform::ALL {
            let number = match platform {
                Platform::META | Platform::SNAPCHAT => "491713920012",
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
            // Those that know people by it.
            assert_eq!(
                refusing.phone.is_some(),
                is_known_by(platform)[1],
                "{platform:?}"
            );
            if refusing.phone.is_some() {
                assert_eq!(plain.phone, refusing.phone, "{platform:?}");
            }
            if !platform.is_clear() {
                let hashed = keys(platform, hashed, true, KeyOf::Hash);
                let elsewhere = plain.elsewhere;
                assert_eq!(
                    plain,
                    Keys {
                        elsewhere,
                        ..hashed
                    },
                    "{platform:?}"
                );
            }
        }
    }

    #[test]
    fn an_identifier_that_was_hashed_in_another_form_is_known() {
        let contact = Contact {
            email: Some("Anna.M+shop@gmail.com"),
            ..ANNA
        };
        for platform in Platform::ALL {
            let plain = keys(platform, contact, true, KeyOf::Hash);
            let others = plain.elsewhere;
            let known = [
                plain.email,
                others.written_email,
                others.untagged_email,
                others.mailbox,
            ];
            for form in [
                "anna.m+shop@gmail.com",
                "anna.m@gmail.com",
                "annam@gmail.com",
            ] {
                assert!(
                    known.contains(&Some(KeyOf::Hash.key(form))),
                    "{platform:?} {form}"
                );
            }
            if plain.phone.is_some() {
                for form in ["+491713920012", "491713920012"] {
                    let key = Some(KeyOf::Hash.key(form));
                    assert!([plain.phone, others.phone].contains(&key), "{platform:?}");
                }
            }
            // Where there are no hashes it would be work for nothing.
            let plain = keys(platform, contact, true, KeyOf::Text);
            assert_eq!(plain.elsewhere, Elsewhere::default());
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
            (Platform::GOOGLE, other_name, false),
            (Platform::GOOGLE, swapped, false),
            (Platform::GOOGLE, without_phone, false),
            (Platform::GOOGLE, other_uid, true),
            (Platform::META, other_name, false),
            (Platform::META, other_uid, false),
            (Platform::TIKTOK, other_name, true),
            (Platform::TIKTOK, without_phone, false),
            (Platform::KLAVIYO, other_name, true),
            (Platform::KLAVIYO, without_phone, true),
            (Platform::MAILCHIMP, without_phone, true),
            (Platform::CLEAR, without_phone, true),
            (Platform::HASHED, other_name, true),
            (Platform::HASHED, without_phone, true),
            (Platform::LINKEDIN, other_name, true),
            (Platform::BREVO, other_uid, true),
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
        for platform in Platform::ALL {
            let keys = keys(platform, ANNA, false, KeyOf::Text);
            let found = [keys.email, keys.phone, keys.address, keys.uid].map(|key| key.is_some());
            assert_eq!(found, is_known_by(platform), "{platform:?}");
        }
    }
}
