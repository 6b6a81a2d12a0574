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

/// Where an audience is handed over to, and what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The name of the export. What stands before its first underscore is enough.
    export: &'static str,
    email: Email,
    phone: Phone,
    address: Address,
    uid: Uid,
    /// Whether a telephone number alone is enough.
    is_found_by_phone: bool,
    /// Whether a person is an address, or a number without one, whatever else is known of them.
    pub(super) has_one_row_per_address: bool,
    pub(super) lists: ListForm,
}

/// The form of an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Email {
    /// Trimmed and in lower case, or a hash.
    Plain,
    /// The same, without dots and tags where Gmail ignores them.
    Gmail,
    /// The same as plain, without a tag.
    Untagged,
    /// In clear text, so that a hash is of no use.
    Clear,
    /// In clear text, and in ASCII before the @.
    ClearAscii,
}

/// The form of a telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phone {
    Not,
    /// With a plus.
    Plus,
    /// With a plus, and also given so, because the export takes no country.
    International,
    /// Digits only.
    Digits,
    /// With a plus or without, as analysts choose.
    Chosen,
}

/// The form of names, country and zip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Address {
    Not,
    /// Hashed names, and the others in clear text; a person is found by all four.
    Google,
    /// Each hashed.
    Hashed,
    /// The same, and a person is found by all four.
    Meta,
    /// Names as they are written.
    Names,
    /// The same up to so many characters, and the country.
    Country(usize),
    /// The same, and the zip.
    Zip,
}

/// A number of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Uid {
    Not,
    /// Enough to find a person.
    Finds,
    /// Beside an address or a number.
    Beside,
}

/// How a list of properties is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListForm {
    Json,
    /// With this between the elements.
    Joined(&'static str),
}

impl Platform {
    /// Google Ads, Customer Match.
    pub const GOOGLE: Self = Self {
        export: "google_customer_match",
        email: Email::Gmail,
        phone: Phone::Plus,
        address: Address::Google,
        is_found_by_phone: true,
        has_one_row_per_address: false,
        ..Self::PINTEREST
    };
    /// Meta Ads (Facebook, Instagram), custom audiences.
    pub const META: Self = Self {
        export: "meta_custom_audience",
        phone: Phone::Digits,
        address: Address::Meta,
        uid: Uid::Finds,
        is_found_by_phone: true,
        has_one_row_per_address: false,
        ..Self::PINTEREST
    };
    /// TikTok Ads, customer file audiences.
    pub const TIKTOK: Self = Self {
        export: "tiktok_custom_audience",
        email: Email::Untagged,
        phone: Phone::Chosen,
        is_found_by_phone: true,
        has_one_row_per_address: false,
        ..Self::PINTEREST
    };
    /// Microsoft Ads, Customer Match.
    pub const MICROSOFT: Self = Self {
        export: "microsoft_customer_match",
        ..Self::PINTEREST
    };
    /// Pinterest Ads, customer lists.
    pub const PINTEREST: Self = Self {
        export: "pinterest_customer_list",
        email: Email::Plain,
        phone: Phone::Not,
        address: Address::Not,
        uid: Uid::Not,
        is_found_by_phone: false,
        has_one_row_per_address: true,
        lists: ListForm::Json,
    };
    /// Snapchat Ads, customer lists.
    pub const SNAPCHAT: Self = Self {
        export: "snapchat_audience_list",
        phone: Phone::Digits,
        is_found_by_phone: true,
        ..Self::PINTEREST
    };
    /// LinkedIn Ads, contact lists.
    pub const LINKEDIN: Self = Self {
        export: "linkedin_matched_audience",
        address: Address::Country(35),
        ..Self::PINTEREST
    };
    /// Klaviyo profiles.
    pub const KLAVIYO: Self = Self {
        export: "klaviyo_profiles",
        email: Email::Clear,
        phone: Phone::Plus,
        address: Address::Names,
        is_found_by_phone: true,
        ..Self::PINTEREST
    };
    /// Mailchimp contacts.
    pub const MAILCHIMP: Self = Self {
        export: "mailchimp_contacts",
        email: Email::ClearAscii,
        phone: Phone::International,
        is_found_by_phone: false,
        lists: ListForm::Joined(", "),
        ..Self::KLAVIYO
    };
    /// Brevo contacts.
    pub const BREVO: Self = Self {
        export: "brevo_contacts",
        uid: Uid::Beside,
        ..Self::KLAVIYO
    };
    /// HubSpot contacts.
    pub const HUBSPOT: Self = Self {
        export: "hubspot_contacts",
        address: Address::Country(usize::MAX),
        is_found_by_phone: false,
        lists: ListForm::Joined(";"),
        ..Self::KLAVIYO
    };
    /// Any tool that takes a CSV.
    pub const CLEAR: Self = Self {
        export: "export_contacts",
        address: Address::Zip,
        ..Self::KLAVIYO
    };
    /// Any platform that takes hashes.
    pub const HASHED: Self = Self {
        export: "hashed_contacts",
        phone: Phone::Chosen,
        address: Address::Hashed,
        is_found_by_phone: true,
        ..Self::PINTEREST
    };

    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::GOOGLE,
        Self::META,
        Self::TIKTOK,
        Self::MICROSOFT,
        Self::PINTEREST,
        Self::SNAPCHAT,
        Self::LINKEDIN,
        Self::KLAVIYO,
        Self::MAILCHIMP,
        Self::BREVO,
        Self::HUBSPOT,
        Self::CLEAR,
        Self::HASHED,
    ];

    /// By its name, or by the name of the export's SQL function.
    pub fn of_export(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|platform| {
            platform.export == name || platform.export.split('_').next() == Some(name)
        })
    }

    /// Whether its addresses are in clear text, so that a hash is of no use; the others compare
    /// hashes.
    pub fn is_clear(self) -> bool {
        matches!(self.email, Email::Clear | Email::ClearAscii)
    }

    /// Whether its addresses may lack a part of what was written.
    pub(super) fn shortens_email(self) -> bool {
        matches!(self.email, Email::Gmail | Email::Untagged)
    }

    /// Whether its names are in clear text.
    pub(super) fn has_written_names(self) -> bool {
        matches!(
            self.address,
            Address::Names | Address::Country(_) | Address::Zip
        )
    }

    /// Whether analysts choose to leave out the plus of its telephone numbers.
    pub(super) fn chooses_plus(self) -> bool {
        self.phone == Phone::Chosen
    }

    fn takes_country(self) -> bool {
        self.phone != Phone::International
    }
}

/// The identifiers of a contact who has consented, or why there are none.
pub fn identify(platform: Platform, contact: Contact<'_>) -> Identifiers {
    let contact = Contact {
        country: given(contact.country).filter(|_| platform.takes_country()),
        ..contact
    };
    let country = contact.country.and_then(country_code);
    let email =
        given(contact.email).map(|text| email(platform, text).ok_or(Outcome::MalformedEmail));
    let phone = given(contact.phone)
        .filter(|_| platform.phone != Phone::Not)
        // A number that cannot find anybody is of no use without an address.
        .filter(|_| platform.is_found_by_phone || email.is_some())
        .map(|text| phone(platform, text, country));
    let mut found = Identifiers {
        uid: given(contact.uid)
            .filter(|_| platform.uid != Uid::Not)
            .map(str::to_owned),
        ..Identifiers::default()
    };
    let address_problem = address(platform, contact, country, &mut found);
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
        || (platform.is_found_by_phone && found.phone.is_some())
        || (platform.uid == Uid::Finds && found.uid.is_some())
        || (matches!(platform.address, Address::Google | Address::Meta) && has_address);
    let needs_country = phone_problem == Some(Outcome::PhoneWithoutCountry)
        || address_problem == Some(Outcome::UnusableAddress);
    let country_is_unknown = country.is_none()
        && contact
            .country
            .is_some_and(|text| already_hashed(text).is_none());
    let problem = email_problem
        .or((country_is_unknown && needs_country).then_some(Outcome::UnknownCountry))
        .or(phone_problem)
        .or(address_problem);
    if !is_identified {
        // A name that is too long would have found nobody either.
        let reason = problem.filter(|problem| *problem != Outcome::WithoutLongName);
        return Identifiers::left_out(reason.unwrap_or(Outcome::NoIdentifier));
    }
    found.is_exported = true;
    let detail = (platform == Platform::META)
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
                .filter(|_| platform.is_found_by_phone)
                .and_then(|text| normalize_phone(text, country).ok()),
            uid: given(contact.uid)
                .filter(|_| platform.uid != Uid::Not)
                .map(str::to_owned),
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
    let clear = [
        (platform.is_clear(), &found.email),
        (platform.has_written_names(), &found.first_name),
        (platform.has_written_names(), &found.last_name),
        (true, &found.uid),
    ];
    clear
        .into_iter()
        .filter_map(|(is_clear, text)| text.as_deref().filter(|_| is_clear))
        .any(is_formula)
}

fn split(found: Option<Result<String, Outcome>>) -> (Option<String>, Option<Outcome>) {
    match found {
        None => (None, None),
        Some(Ok(text)) => (Some(text), None),
        Some(Err(problem)) => (None, Some(problem)),
    }
}

fn email(platform: Platform, text: &str) -> Option<String> {
    match platform.email {
        Email::Gmail => google_email(text),
        Email::Plain => normalize_email(text),
        Email::Untagged => normalize_email(text).and_then(without_tag),
        Email::Clear => normalize_email(text).filter(|email| email.contains('@')),
        Email::ClearAscii => normalize_email(text).filter(|email| {
            email
                .split_once('@')
                .is_some_and(|(local, _)| local.is_ascii())
        }),
    }
}

fn phone(platform: Platform, text: &str, country: Option<[u8; 2]>) -> Result<String, Outcome> {
    let mut phone = normalize_phone(text, country).map_err(|problem| match problem {
        phone::PhoneProblem::WithoutCountry => Outcome::PhoneWithoutCountry,
        phone::PhoneProblem::Malformed => Outcome::MalformedPhone,
    })?;
    let is_number = phone.starts_with('+');
    if is_number && platform.phone == Phone::Digits {
        phone.remove(0);
    }
    if platform.is_clear() && !is_number {
        return Err(Outcome::MalformedPhone);
    }
    Ok(phone)
}

/// Fills in names, country and zip. A problem where a part was given that the platform cannot use: a malformed one, a
/// name that is too long, and for Google also a part without the others.
fn address(
    platform: Platform,
    contact: Contact<'_>,
    country: Option<[u8; 2]>,
    found: &mut Identifiers,
) -> Option<Outcome> {
    let texts = [
        contact.first_name,
        contact.last_name,
        contact.country,
        // Where there is a country only, a zip is not taken.
        contact
            .zip
            .filter(|_| !matches!(platform.address, Address::Country(_))),
    ]
    .map(given);
    let [first_name, last_name, country_text, zip] = texts;
    let mut too_long = 0;
    match platform.address {
        Address::Not => return None,
        Address::Google => {
            found.first_name = first_name.and_then(normalize_name);
            found.last_name = last_name.and_then(normalize_name);
            found.country = country.map(as_text);
            found.zip = zip.and_then(|zip| normalize_zip(zip, country));
        }
        Address::Meta | Address::Hashed => {
            let hashed = |text: Option<&str>| text.and_then(already_hashed);
            found.first_name = first_name.and_then(letters_only);
            found.last_name = last_name.and_then(letters_only);
            found.country = hashed(country_text)
                .or_else(|| country.map(|code| as_text(code).to_ascii_lowercase()));
            found.zip = hashed(zip).or_else(|| zip.and_then(|zip| meta_zip(zip, country)));
        }
        Address::Names | Address::Country(_) | Address::Zip => {
            let longest = match platform.address {
                Address::Country(longest) => longest,
                _ => usize::MAX,
            };
            let mut written = |text: Option<&str>| {
                let name = text
                    .filter(|text| already_hashed(text).is_none())
                    .and_then(written_name)?;
                let is_short = name.len() <= longest || name.chars().count() <= longest;
                too_long += usize::from(!is_short);
                is_short.then_some(name)
            };
            found.first_name = written(first_name);
            found.last_name = written(last_name);
            if platform.address == Address::Names {
                return None;
            }
            found.country = country.map(as_text);
            if platform.address == Address::Zip {
                found.zip = zip.and_then(|zip| normalize_zip(zip, country));
            }
        }
    }
    let parts = [
        &mut found.first_name,
        &mut found.last_name,
        &mut found.country,
        &mut found.zip,
    ];
    let missing = parts.iter().filter(|part| part.is_none()).count();
    if platform.address == Address::Google {
        if missing > 0 {
            parts.into_iter().for_each(|part| *part = None);
        }
        // A country alone is no address: it says where the telephone number is from.
        let is_usable =
            missing == 0 || texts.iter().flatten().count() == usize::from(country_text.is_some());
        return (!is_usable).then_some(Outcome::UnusableAddress);
    }
    let not_given = texts.iter().filter(|text| text.is_none()).count();
    if missing > not_given + too_long {
        return Some(Outcome::UnusableAddress);
    }
    (too_long > 0).then_some(Outcome::WithoutLongName)
}

#[cfg(test)]
#[path = "platform_tests.rs"]
mod tests;
