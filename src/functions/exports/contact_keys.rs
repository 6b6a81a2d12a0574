//! The keys by which a contact of an export is recognised in other rows.

use crate::duckdb::{Chain, Constant, Scalar, sql_struct};
use crate::error::Result;
use crate::models::exports::keys::{Identity, KeyOf, Keys};
use crate::models::exports::platform::Platform;
use std::borrow::Cow;

sql_struct! {
    /// The same number for the same person.
    pub struct ContactKeysRow {
        /// The same for rows that are the same to the platform.
        pub contact: i128,
        /// The same for the same e-mail address.
        pub email: Option<i128>,
        /// The same for the same telephone number.
        pub phone: Option<i128>,
        /// The same for the same name, country and zip.
        pub address: Option<i128>,
        /// The same for the same uid.
        pub uid: Option<i128>,
        /// That of the e-mail address as it is written, where that is another one.
        pub written_email: Option<i128>,
        /// That of the e-mail address without a tag, where that is another one.
        pub untagged_email: Option<i128>,
        /// That of the mailbox at Gmail, where that is another one.
        pub mailbox: Option<i128>,
        /// That of the telephone number without its plus, or with one.
        pub other_phone: Option<i128>,
    }
}

/// `__audience_contact_keys(platform, has_hashes, email, phone, first_name, last_name, country, zip, uid, written_email) → STRUCT`; the
/// same for an identifier and its own hash where `has_hashes` says that there are some.
pub struct ContactKeys;

type Text<'a> = Option<Cow<'a, str>>;

impl Scalar for ContactKeys {
    const NAME: &'static str = "__audience_contact_keys";
    type Args<'a> = Chain<
        (Constant<Platform>, bool, Text<'a>, Text<'a>, Text<'a>),
        (Text<'a>, Text<'a>, Text<'a>, Text<'a>, Text<'a>),
    >;
    type Out = ContactKeysRow;

    fn call(args: Self::Args<'_>) -> Result<Option<ContactKeysRow>> {
        let Chain(
            (platform, has_hashes, email, phone, first_name),
            (last_name, country, zip, uid, written_email),
        ) = args;
        let identity = Identity {
            email: email.as_deref(),
            written_email: written_email.as_deref(),
            phone: phone.as_deref(),
            first_name: first_name.as_deref(),
            last_name: last_name.as_deref(),
            country: country.as_deref(),
            zip: zip.as_deref(),
            uid: uid.as_deref(),
        };
        let key_of = if has_hashes { KeyOf::Hash } else { KeyOf::Text };
        let keys = Keys::new(*platform.get()?, identity, key_of);
        let signed = |key: Option<u128>| key.map(u128::cast_signed);
        Ok(Some(ContactKeysRow {
            contact: keys.contact.cast_signed(),
            email: signed(keys.email),
            phone: signed(keys.phone),
            address: signed(keys.address),
            uid: signed(keys.uid),
            written_email: signed(keys.elsewhere.written_email),
            untagged_email: signed(keys.elsewhere.untagged_email),
            mailbox: signed(keys.elsewhere.mailbox),
            other_phone: signed(keys.elsewhere.phone),
        }))
    }
}
