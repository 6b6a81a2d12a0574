//! A row of the contacts as an export takes it.

use super::contact::{Contact, Identifiers, Outcome};
use super::platform::{Platform, identify, refusing};

/// What analysts choose of the form of a file.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Whether TikTok's telephone numbers keep their plus, of which its own pages differ.
    pub phone_plus: bool,
}

/// Brings a row to the form of the platform. Consent that is not known is none, but refuses nothing
/// either.
pub fn export_row(
    platform: Platform,
    contact: Contact<'_>,
    consent: Option<bool>,
    form: Form,
) -> Identifiers {
    let mut found = match consent {
        Some(true) => identify(platform, contact),
        Some(false) => refusing(platform, contact),
        None => Identifiers::left_out(Outcome::NoConsent),
    };
    if platform == Platform::TikTok && !form.phone_plus {
        found.phone = found.phone.map(without_plus);
    }
    found
}

fn without_plus(mut number: String) -> String {
    if number.starts_with('+') {
        number.remove(0);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNA: Contact<'_> = Contact {
        email: Some("anna@example.com"),
        phone: Some("+49 171 3920012"),
        first_name: None,
        last_name: None,
        country: None,
        zip: None,
        uid: None,
        city: None,
        state: None,
        birth_date: None,
        gender: None,
        value: None,
        today: 0,
    };

    #[test]
    fn only_consent_that_is_known_exports_or_refuses() {
        for (consent, outcome, is_exported, is_known) in [
            (Some(true), Outcome::Exported, true, true),
            (Some(false), Outcome::NoConsent, false, true),
            (None, Outcome::NoConsent, false, false),
        ] {
            let row = export_row(Platform::TikTok, ANNA, consent, Form { phone_plus: true });
            assert_eq!((row.outcome, row.is_exported), (outcome, is_exported));
            assert_eq!(row.email.is_some(), is_known);
        }
    }

    #[test]
    fn the_form_is_chosen() {
        for (platform, phone_plus, expected) in [
            (Platform::TikTok, true, "+491713920012"),
            (Platform::TikTok, false, "491713920012"),
            (Platform::Google, false, "+491713920012"),
        ] {
            let found = export_row(platform, ANNA, Some(true), Form { phone_plus });
            assert_eq!(found.phone.as_deref(), Some(expected));
        }
    }
}
