//! One contact's rows of `audience.demo_contacts`.

use crate::duckdb::{Scalar, Timestamp, sql_row};
use crate::error::Result;
use crate::models::demo::demo_contacts::{DemoContact, demo_contact};

sql_row!(Write for DemoContact {
    subscribed_at: Option<Timestamp>,
    email: Option<String>,
    first_name: Option<&'static str>,
    last_name: Option<&'static str>,
    phone: Option<String>,
    country: &'static str,
    city: Option<&'static str>,
    zip: Option<&'static str>,
    language: &'static str,
    consent: Option<bool>,
});

/// `__audience_demo_contacts(contact BIGINT, seed BIGINT, is_customer BOOLEAN) → STRUCT[]`
pub struct DemoContacts;

impl Scalar for DemoContacts {
    const NAME: &'static str = "__audience_demo_contacts";
    type Args<'a> = (i64, i64, bool);
    type Out = Vec<DemoContact>;

    fn call((contact, seed, is_customer): Self::Args<'_>) -> Result<Option<Vec<DemoContact>>> {
        let (contact, seed) = (contact.cast_unsigned(), seed.cast_unsigned());
        Ok(Some(demo_contact(contact, seed, is_customer)))
    }
}
