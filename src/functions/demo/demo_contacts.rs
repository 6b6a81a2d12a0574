//! One contact's rows of `audience.demo_contacts`.

use crate::duckdb::{Scalar, Timestamp, sql_struct};
use crate::error::Result;
use crate::models::demo::demo_contacts::demo_contact;

sql_struct! {
    /// A row of the made-up contact list.
    pub struct DemoContactRow {
        /// When the contact subscribed.
        pub subscribed_at: Option<Timestamp>,
        /// E-mail address.
        pub email: Option<String>,
        /// First name.
        pub first_name: Option<String>,
        /// Last name.
        pub last_name: Option<String>,
        /// Telephone number.
        pub phone: Option<String>,
        /// Two letters.
        pub country: String,
        /// City.
        pub city: Option<String>,
        /// Postal code.
        pub zip: Option<String>,
        /// Two letters.
        pub language: String,
        /// Whether the contact may be written to.
        pub consent: Option<bool>,
    }
}

/// `__audience_demo_contacts(contact BIGINT, seed BIGINT, is_customer BOOLEAN) → STRUCT[]`
pub struct DemoContacts;

impl Scalar for DemoContacts {
    const NAME: &'static str = "__audience_demo_contacts";
    type Args<'a> = (i64, i64, bool);
    type Out = Vec<DemoContactRow>;

    fn call((contact, seed, is_customer): Self::Args<'_>) -> Result<Option<Vec<DemoContactRow>>> {
        let rows = demo_contact(contact.cast_unsigned(), seed.cast_unsigned(), is_customer);
        let text = |text: Option<&'static str>| text.map(str::to_owned);
        let row = |row: crate::models::demo::demo_contacts::DemoContact| DemoContactRow {
            subscribed_at: row
                .subscribed_at
                .map(|seconds| Timestamp(seconds * 1_000_000)),
            email: row.email,
            first_name: text(row.first_name),
            last_name: text(row.last_name),
            phone: row.phone,
            country: row.country.to_owned(),
            city: text(row.city),
            zip: text(row.zip),
            language: row.language.to_owned(),
            consent: row.consent,
        };
        Ok(Some(rows.into_iter().map(row).collect()))
    }
}
