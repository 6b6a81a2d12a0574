//! A contact in a platform's form, and its outcome in the export.

use crate::duckdb::{Chain, Constant, Date, Prepare, Scalar, sql_enum, sql_row};
use crate::error::{Error, Result};
use crate::models::exports::contact::{Contact, Identifiers, Outcome};
use crate::models::exports::export::{Form, export_row};
use crate::models::exports::platform::Platform;
use crate::models::numerics::checks::finite_day;
use std::borrow::Cow;

sql_row!(Write for Identifiers {
    outcome: Outcome,
    is_exported: bool,
    email: Option<String>,
    written_email: Option<String>,
    phone: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    country: Option<String>,
    zip: Option<String>,
    uid: Option<String>,
    city: Option<String>,
    state: Option<String>,
    birth_date: Option<String>,
    gender: Option<String>,
    value: Option<f64>,
});

sql_enum!(Outcome: Exported, LikeFormula, WithoutEmail, WithoutCountry, WithoutPhoneOfNoCountry, WithoutPhone, WithoutAddress, WithoutLongName, WithoutBirthDate, WithoutGender, WithoutValue,
    WithoutSharedPhone, NoConsent, Refused, NoIdentifier, MalformedEmail, UnknownCountry, PhoneWithoutCountry, MalformedPhone, UnusableAddress, Duplicate);

impl Prepare for Platform {
    type Raw<'a> = Cow<'a, str>;
    fn prepare(name: Cow<'_, str>) -> Result<Self> {
        Self::of_export(&name)
            .ok_or_else(|| Error::argument("platform", "must be the name of an export"))
    }
}

/// `__audience_identify(platform, email, phone, first_name, last_name, country, zip, uid, city, state, birth_date, gender, value, today, consent, phone_plus, disarm_formulas) → STRUCT`
pub struct Identify;

type Text<'a> = Option<Cow<'a, str>>;

impl Scalar for Identify {
    const NAME: &'static str = "__audience_identify";
    type Args<'a> = Chain<
        Chain<
            (Constant<Platform>, Text<'a>, Text<'a>, Text<'a>, Text<'a>),
            (Text<'a>, Text<'a>, Text<'a>),
        >,
        Chain<(Text<'a>, Text<'a>, Text<'a>, Text<'a>, Text<'a>), (Date, Option<bool>, bool, bool)>,
    >;
    type Out = Identifiers;

    fn call(args: Self::Args<'_>) -> Result<Option<Identifiers>> {
        let Chain(
            Chain((platform, email, phone, first_name, last_name), (country, zip, uid)),
            Chain(
                (city, state, birth_date, gender, value),
                (today, consent, phone_plus, disarm_formulas),
            ),
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
        let form = Form {
            phone_plus,
            disarm_formulas,
        };
        Ok(Some(export_row(*platform.get()?, contact, consent, form)))
    }
}
