//! A contact in a platform's form, and its outcome in the export.

use crate::duckdb::{Chain, Constant, Date, Prepare, Scalar, sql_enum, sql_struct};
use crate::error::{Error, Result};
use crate::models::exports::contact::{Contact, Outcome};
use crate::models::exports::platform::{Platform, identify};
use crate::models::numerics::checks::finite_day;
use std::borrow::Cow;

sql_struct! {
    /// Before hashing. Without a key nothing is exported.
    pub struct Identified {
        /// What becomes of the row.
        pub outcome: Outcome,
        /// Equal for rows that are the same person to the platform.
        pub key: Option<String>,
        /// E-mail address.
        pub email: Option<String>,
        /// Telephone number.
        pub phone: Option<String>,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// Country.
        pub country: Option<String>,
        /// Postal code.
        pub zip: Option<String>,
        /// The platform's own number of the person.
        pub uid: Option<String>,
        /// City.
        pub city: Option<String>,
        /// State.
        pub state: Option<String>,
        /// Date of birth as YYYYMMDD, or a hash of it.
        pub birth_date: Option<String>,
        /// m or f, or a hash of it.
        pub gender: Option<String>,
        /// What the person is worth.
        pub value: Option<f64>,
    }
}

sql_enum!(Outcome: Exported, WithoutEmail, WithoutPhoneOfNoCountry, WithoutPhone, WithoutAddress, WithoutBirthDate, WithoutGender, WithoutValue,
    WithoutSharedPhone, NoConsent, NoIdentifier, MalformedEmail, PhoneWithoutCountry, MalformedPhone, UnusableAddress, Duplicate);

impl Prepare for Platform {
    type Raw<'a> = Cow<'a, str>;
    fn prepare(name: Cow<'_, str>) -> Result<Self> {
        Self::of_export(&name)
            .ok_or_else(|| Error::argument("platform", "must be the name of an export"))
    }
}

/// `__audience_identify(platform, email, phone, first_name, last_name, country, zip, uid, city, state, birth_date, gender, value, today, consent) → STRUCT`
pub struct Identify;

type Text<'a> = Option<Cow<'a, str>>;

impl Scalar for Identify {
    const NAME: &'static str = "__audience_identify";
    type Args<'a> = Chain<
        Chain<
            (Constant<Platform>, Text<'a>, Text<'a>, Text<'a>, Text<'a>),
            (Text<'a>, Text<'a>, Text<'a>),
        >,
        Chain<(Text<'a>, Text<'a>, Text<'a>, Text<'a>, Text<'a>), (Date, Option<bool>)>,
    >;
    type Out = Identified;

    fn call(args: Self::Args<'_>) -> Result<Option<Identified>> {
        let Chain(
            Chain((platform, email, phone, first_name, last_name), (country, zip, uid)),
            Chain((city, state, birth_date, gender, value), (today, consent)),
        ) = args;
        let contact = Contact {
            email: email.as_deref(),
            phone: phone.as_deref(),
            first_name: first_name.as_deref(),
            last_name: last_name.as_deref(),
            country: country.as_deref(),
            zip: zip.as_deref(),
            uid: uid.as_deref(),
            city: city.as_deref(),
            state: state.as_deref(),
            birth_date: birth_date.as_deref(),
            gender: gender.as_deref(),
            value: value.as_deref(),
            today: finite_day("today", today.0)?,
        };
        let (outcome, found) = if consent == Some(true) {
            identify(*platform.get()?, contact)
        } else {
            (Outcome::NoConsent, None)
        };
        let is_exported = found.is_some();
        let found = found.unwrap_or_default();
        Ok(Some(Identified {
            outcome,
            key: is_exported.then_some(found.key),
            email: found.email,
            phone: found.phone,
            first_name: found.first_name,
            last_name: found.last_name,
            country: found.country,
            zip: found.zip,
            uid: found.uid,
            city: found.city,
            state: found.state,
            birth_date: found.birth_date,
            gender: found.gender,
            value: found.value,
        }))
    }
}
