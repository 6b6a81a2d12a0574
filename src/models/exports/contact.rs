//! A contact as it was given, as a platform wants it, and what becomes of it.

use super::formula::{disarmed, is_formula};

/// What becomes of a contact. The first that holds is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// In the file, with all that was given.
    #[default]
    Exported,
    /// In the file, with a text that a spreadsheet would run as a formula.
    LikeFormula,
    /// In the file, without the e-mail address.
    WithoutEmail,
    /// In the file, without what depends on the country, which nobody knows.
    WithoutCountry,
    /// In the file, without the national telephone number of nobody knows which country.
    WithoutPhoneOfNoCountry,
    /// In the file, without the telephone number.
    WithoutPhone,
    /// In the file, without name, country or zip, or without city or state.
    WithoutAddress,
    /// In the file, without a name that is longer than the platform takes.
    WithoutLongName,
    /// In the file, without the birth date.
    WithoutBirthDate,
    /// In the file, without the gender.
    WithoutGender,
    /// In the file, without the value.
    WithoutValue,
    /// In the file, without the telephone number that another one has.
    WithoutSharedPhone,
    /// Left out: has not consented.
    NoConsent,
    /// Left out: the same person refuses in another row.
    Refused,
    /// Left out: nothing to be recognised by was given.
    NoIdentifier,
    /// Left out: the e-mail address cannot be delivered to.
    MalformedEmail,
    /// Left out: what there is depends on the country, which nobody knows.
    UnknownCountry,
    /// Left out: a national telephone number without its country.
    PhoneWithoutCountry,
    /// Left out: no telephone number that is in use.
    MalformedPhone,
    /// Left out: an address lacks one of its four parts.
    UnusableAddress,
    /// Left out: another row has the same identifiers.
    Duplicate,
}

impl Outcome {
    /// The names, in the order of the variants.
    pub const LABELS: [&'static str; 21] = [
        "exported",
        "exported, begins like a formula",
        "exported, malformed e-mail left out",
        "exported, unknown country left out",
        "exported, phone without country left out",
        "exported, malformed phone left out",
        "exported, unusable address left out",
        "exported, too long name left out",
        "exported, unusable birth date left out",
        "exported, unusable gender left out",
        "exported, unusable value left out",
        "exported, phone of another row left out",
        "no consent",
        "refused in another row",
        "no identifier",
        "malformed e-mail",
        "unknown country",
        "phone without country",
        "malformed phone",
        "unusable address",
        "duplicate",
    ];

    /// The outcome of a row that is exported although this is wrong with it.
    pub(super) fn left_out(self) -> Self {
        match self {
            Self::MalformedEmail => Self::WithoutEmail,
            Self::UnknownCountry => Self::WithoutCountry,
            Self::PhoneWithoutCountry => Self::WithoutPhoneOfNoCountry,
            Self::MalformedPhone => Self::WithoutPhone,
            Self::UnusableAddress => Self::WithoutAddress,
            other => other,
        }
    }
}

/// A contact as it was given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Contact<'a> {
    /// E-mail address.
    pub email: Option<&'a str>,
    /// Telephone number.
    pub phone: Option<&'a str>,
    /// First name.
    pub first_name: Option<&'a str>,
    /// Last name.
    pub last_name: Option<&'a str>,
    /// Country, its code or its name.
    pub country: Option<&'a str>,
    /// Postal code.
    pub zip: Option<&'a str>,
    /// The platform's own number of the person; Meta's.
    pub uid: Option<&'a str>,
    /// City.
    pub city: Option<&'a str>,
    /// State.
    pub state: Option<&'a str>,
    /// Date of birth, as `1990-02-03` or `19900203`.
    pub birth_date: Option<&'a str>,
    /// Gender.
    pub gender: Option<&'a str>,
    /// What the person is worth.
    pub value: Option<&'a str>,
    /// The day of the export, after which nobody was born: days since 1970-01-01.
    pub today: i32,
}

/// What becomes of a contact, and its parts as the platform wants them, before hashing.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Identifiers {
    pub outcome: Outcome,
    /// Whether the row is exported, as far as it can be told alone. One who refuses is not, but has
    /// the identifiers by which they are recognised in other rows.
    pub is_exported: bool,
    pub email: Option<String>,
    /// The address as it is written, where the platform leaves a part of it out.
    pub written_email: Option<String>,
    pub phone: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub country: Option<String>,
    pub zip: Option<String>,
    pub uid: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    /// `19900203`, or a hash of it.
    pub birth_date: Option<String>,
    pub gender: Option<String>,
    pub value: Option<f64>,
}

impl Identifiers {
    /// Nothing of a contact who is not in the file.
    pub fn left_out(outcome: Outcome) -> Self {
        Self {
            outcome,
            ..Self::default()
        }
    }

    /// With an apostrophe before names that a spreadsheet would run as formulas.
    pub fn disarmed(mut self) -> Self {
        for name in [&mut self.first_name, &mut self.last_name] {
            if let Some(text) = name.as_mut().filter(|text| is_formula(text)) {
                *text = disarmed(text).into_owned();
            }
        }
        self
    }
}
