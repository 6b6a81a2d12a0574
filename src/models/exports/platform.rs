//! The form of a contact on each platform, and why a contact is left out.

use super::contact::{Contact, Identifiers, Outcome};
use super::country::{as_text, country_code};
use super::details;
use super::email::{google_email, normalize_email, without_tag};
use super::formula::is_formula;
use super::given;
use super::hash::already_hashed;
use super::name::{letters_only, normalize_name, written_name};
use super::phone::{self, normalize_phone};
use super::zip::{meta_zip, normalize_zip};

/// Where an audience is handed over to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Google Ads, Customer Match.
    Google,
    /// Meta Ads (Facebook, Instagram), custom audiences.
    Meta,
    /// TikTok Ads, customer file audiences.
    TikTok,
    /// Klaviyo profiles.
    Klaviyo,
    /// Mailchimp contacts.
    Mailchimp,
    /// Any tool that takes a CSV.
    Clear,
    /// Any platform that takes hashes.
    Hashed,
}

impl Platform {
    /// By its name, or by the name of the export's SQL function.
    pub fn of_export(name: &str) -> Option<Self> {
        Some(match name {
            "google" | "google_customer_match" => Self::Google,
            "meta" | "meta_custom_audience" => Self::Meta,
            "tiktok" | "tiktok_custom_audience" => Self::TikTok,
            "klaviyo" | "klaviyo_profiles" => Self::Klaviyo,
            "mailchimp" | "mailchimp_contacts" => Self::Mailchimp,
            "export" | "export_contacts" => Self::Clear,
            "hashed" | "hashed_contacts" => Self::Hashed,
            _ => return None,
        })
    }

    /// Whether its file is in clear text, so that a hash is of no use; the others compare hashes.
    pub fn is_clear(self) -> bool {
        matches!(self, Self::Klaviyo | Self::Mailchimp | Self::Clear)
    }

    /// Whether a person is an address, or a number without one, whatever else is known of them.
    pub fn has_one_row_per_address(self) -> bool {
        self.is_clear() || self == Self::Hashed
    }
}

/// The identifiers of a contact who has consented, or why there are none.
pub fn identify(platform: Platform, contact: Contact<'_>) -> Identifiers {
    let contact = Contact {
        // Its export does not take a country.
        country: given(contact.country).filter(|_| platform != Platform::Mailchimp),
        ..contact
    };
    let country = contact.country.and_then(country_code);
    let email =
        given(contact.email).map(|text| email(platform, text).ok_or(Outcome::MalformedEmail));
    let phone = match platform {
        // Mailchimp knows people by their e-mail address.
        Platform::Mailchimp if email.is_none() => None,
        _ => given(contact.phone).map(|text| phone(platform, text, country)),
    };
    let mut found = Identifiers {
        uid: (platform == Platform::Meta)
            .then(|| given(contact.uid).map(str::to_owned))
            .flatten(),
        ..Identifiers::default()
    };
    let address_is_usable = address(platform, contact, country, &mut found);
    let has_address = [
        &found.first_name,
        &found.last_name,
        &found.country,
        &found.zip,
    ]
    .iter()
    .all(|part| part.is_some());
    let (email, email_problem) = split(email);
    let (phone, phone_problem) = split(phone);
    (found.email, found.phone) = (email, phone);

    let is_identified = found.email.is_some()
        || match platform {
            Platform::Google => found.phone.is_some() || has_address,
            Platform::Meta => found.phone.is_some() || found.uid.is_some() || has_address,
            Platform::TikTok | Platform::Klaviyo | Platform::Clear | Platform::Hashed => {
                found.phone.is_some()
            }
            Platform::Mailchimp => false,
        };
    let needs_country = phone_problem == Some(Outcome::PhoneWithoutCountry) || !address_is_usable;
    let country_is_unknown = country.is_none()
        && contact
            .country
            .is_some_and(|text| already_hashed(text).is_none());
    let problem = email_problem
        .or((country_is_unknown && needs_country).then_some(Outcome::UnknownCountry))
        .or(phone_problem)
        .or((!address_is_usable).then_some(Outcome::UnusableAddress));
    if !is_identified {
        return Identifiers::left_out(problem.unwrap_or(Outcome::NoIdentifier));
    }
    found.is_exported = true;
    let detail = (platform == Platform::Meta)
        .then(|| details::fill(contact, country, &mut found))
        .flatten();
    found.outcome = if has_formula(platform, &found) {
        Outcome::LikeFormula
    } else {
        problem.map_or(detail.unwrap_or(Outcome::Exported), Outcome::left_out)
    };
    found
}

/// By what somebody who refuses is recognised in other rows: the identifiers of the platform, and an
/// address or a number that is only known as its hash also where the file is in clear text.
pub fn refusing(platform: Platform, contact: Contact<'_>) -> Identifiers {
    let known = if platform.is_clear() {
        let country = given(contact.country).and_then(country_code);
        Identifiers {
            email: given(contact.email).and_then(normalize_email),
            phone: given(contact.phone)
                .filter(|_| platform != Platform::Mailchimp)
                .and_then(|text| normalize_phone(text, country).ok()),
            ..Identifiers::default()
        }
    } else {
        identify(platform, contact)
    };
    Identifiers {
        outcome: Outcome::NoConsent,
        is_exported: false,
        ..known
    }
}

/// Whether a text that is in the file in clear begins like a formula. Telephone numbers do, but are
/// nothing but a plus and digits, and the platforms want them so.
fn has_formula(platform: Platform, found: &Identifiers) -> bool {
    let clear = if platform.is_clear() {
        [&found.email, &found.first_name, &found.last_name]
    } else {
        [&found.uid, &None, &None]
    };
    clear.into_iter().flatten().any(|text| is_formula(text))
}

fn split(found: Option<Result<String, Outcome>>) -> (Option<String>, Option<Outcome>) {
    match found {
        None => (None, None),
        Some(Ok(text)) => (Some(text), None),
        Some(Err(problem)) => (None, Some(problem)),
    }
}

fn email(platform: Platform, text: &str) -> Option<String> {
    if platform == Platform::Google {
        return google_email(text);
    }
    let email = normalize_email(text)?;
    match platform {
        Platform::Google | Platform::Meta | Platform::Hashed => Some(email),
        Platform::TikTok => without_tag(email),
        // Mail is sent to these, so a hash is of no use to them.
        Platform::Klaviyo | Platform::Clear => email.contains('@').then_some(email),
        // Before the @ Mailchimp takes ASCII only.
        Platform::Mailchimp => email
            .split_once('@')
            .is_some_and(|(local, _)| local.is_ascii())
            .then_some(email),
    }
}

fn phone(platform: Platform, text: &str, country: Option<[u8; 2]>) -> Result<String, Outcome> {
    let mut phone = normalize_phone(text, country).map_err(|problem| match problem {
        phone::PhoneProblem::WithoutCountry => Outcome::PhoneWithoutCountry,
        phone::PhoneProblem::Malformed => Outcome::MalformedPhone,
    })?;
    let is_number = phone.starts_with('+');
    match platform {
        Platform::Meta if is_number => {
            phone.remove(0);
        }
        _ if platform.is_clear() && !is_number => return Err(Outcome::MalformedPhone),
        _ => {}
    }
    Ok(phone)
}

/// Fills in names, country and zip. False where a part was given that the platform cannot use: a
/// malformed one, and for Google also a part without the others.
fn address(
    platform: Platform,
    contact: Contact<'_>,
    country: Option<[u8; 2]>,
    found: &mut Identifiers,
) -> bool {
    let texts = [
        contact.first_name,
        contact.last_name,
        contact.country,
        contact.zip,
    ]
    .map(given);
    let [first_name, last_name, country_text, zip] = texts;
    match platform {
        Platform::Google => {
            found.first_name = first_name.and_then(normalize_name);
            found.last_name = last_name.and_then(normalize_name);
            found.country = country.map(as_text);
            found.zip = zip.and_then(|zip| normalize_zip(zip, country));
        }
        Platform::Meta | Platform::Hashed => {
            let hashed = |text: Option<&str>| text.and_then(already_hashed);
            found.first_name = first_name.and_then(letters_only);
            found.last_name = last_name.and_then(letters_only);
            found.country = hashed(country_text)
                .or_else(|| country.map(|code| as_text(code).to_ascii_lowercase()));
            found.zip = hashed(zip).or_else(|| zip.and_then(|zip| meta_zip(zip, country)));
        }
        Platform::TikTok => return true,
        Platform::Klaviyo | Platform::Mailchimp | Platform::Clear => {
            let written = |text: Option<&str>| {
                text.filter(|text| already_hashed(text).is_none())
                    .and_then(written_name)
            };
            found.first_name = written(first_name);
            found.last_name = written(last_name);
            if platform != Platform::Clear {
                return true;
            }
            found.country = country.map(as_text);
            found.zip = zip.and_then(|zip| normalize_zip(zip, country));
        }
    }
    let parts = [
        &mut found.first_name,
        &mut found.last_name,
        &mut found.country,
        &mut found.zip,
    ];
    let missing = parts.iter().filter(|part| part.is_none()).count();
    if platform == Platform::Google {
        if missing > 0 {
            parts.into_iter().for_each(|part| *part = None);
        }
        // A country alone is no address: it says where the telephone number is from.
        return missing == 0
            || texts.iter().flatten().count() == usize::from(country_text.is_some());
    }
    missing == texts.iter().filter(|text| text.is_none()).count()
}

#[cfg(test)]
#[path = "platform_tests.rs"]
mod tests;
