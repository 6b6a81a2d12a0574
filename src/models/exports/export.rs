//! A row of the contacts as an export takes it.

use super::contact::{Contact, Identifiers, Outcome};
use super::email::normalize_email;
use super::platform::{Platform, identify, refusing};

/// What analysts choose of the form of a file.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Whether telephone numbers keep their plus, where platforms or their own pages differ.
    pub phone_plus: bool,
    /// Whether names that a spreadsheet would run as formulas become plain text.
    pub disarm_formulas: bool,
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
    if let Some(email) = found.email.as_ref().filter(|_| platform.shortens_email()) {
        let shortened = contact
            .email
            .filter(|text| text.trim().len() != email.len());
        let written = shortened.and_then(normalize_email);
        found.written_email = written.filter(|text| text != email);
    }
    if platform.chooses_plus() && !form.phone_plus {
        found.phone = found.phone.map(without_plus);
    }
    if form.disarm_formulas && platform.has_written_names() {
        found = found.disarmed();
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
        first_name: Some("=A1"),
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

    const FORM: Form = Form {
        phone_plus: true,
        disarm_formulas: true,
    };
    const BARE: Form = Form {
        phone_plus: false,
        disarm_formulas: false,
    };

    #[test]
    fn only_consent_that_is_known_exports_or_refuses() {
        for (consent, outcome, is_exported, is_known) in [
            (Some(true), Outcome::Exported, true, true),
            (Some(false), Outcome::NoConsent, false, true),
            (None, Outcome::NoConsent, false, false),
        ] {
            let row = export_row(Platform::TIKTOK, ANNA, consent, FORM);
            assert_eq!((row.outcome, row.is_exported), (outcome, is_exported));
            assert_eq!(row.email.is_some(), is_known);
        }
    }

    #[test]
    fn the_form_is_chosen() {
        let found = |platform, form| export_row(platform, ANNA, Some(true), form);
        let name = |platform, form| found(platform, form).first_name.unwrap_or_default();
        assert_eq!(name(Platform::KLAVIYO, FORM), "'=A1");
        assert_eq!(name(Platform::KLAVIYO, BARE), "=A1");
        // Hashed, so that nothing is in the file that could be run.
        assert_eq!(name(Platform::META, FORM), "a1");
        let phone = |platform, form| found(platform, form).phone.unwrap_or_default();
        assert_eq!(phone(Platform::TIKTOK, FORM), "+491713920012");
        assert_eq!(phone(Platform::TIKTOK, BARE), "491713920012");
        assert_eq!(phone(Platform::GOOGLE, BARE), "+491713920012");
    }
}
