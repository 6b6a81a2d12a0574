//! Exports: identifiers in the form in which advertising and mailing platforms compare them.

use crate::duckdb::{Room, scalar};

pub mod contact_keys;
pub mod hash_identifier;
pub mod identify;
pub mod normalize_email;
pub mod normalize_name;
pub mod normalize_phone;
pub mod normalize_zip;
pub mod property;

pub(super) const ROOM: Room = Room {
    functions: &[
        scalar::<contact_keys::ContactKeys>,
        scalar::<hash_identifier::HashIdentifier>,
        scalar::<identify::Identify>,
        scalar::<normalize_email::NormalizeEmail>,
        scalar::<normalize_name::NormalizeName>,
        scalar::<normalize_phone::NormalizePhone>,
        scalar::<normalize_zip::NormalizeZip>,
        scalar::<property::Property>,
    ],
    types: &[],
    macros: &[
        include_str!("../../../sql/exports/__consenting.sql"),
        include_str!("../../../sql/exports/__identifiers_given.sql"),
        include_str!("../../../sql/exports/__identified.sql"),
        include_str!("../../../sql/exports/__consented.sql"),
        include_str!("../../../sql/exports/__exports.sql"),
        include_str!("../../../sql/exports/__identifier_list.sql"),
        include_str!("../../../sql/exports/__one_phone.sql"),
        include_str!("../../../sql/exports/__once.sql"),
        include_str!("../../../sql/exports/__properties_given.sql"),
        include_str!("../../../sql/exports/__property.sql"),
        include_str!("../../../sql/exports/__export_notes.sql"),
        include_str!("../../../sql/exports/brevo_contacts.sql"),
        include_str!("../../../sql/exports/export_audit.sql"),
        include_str!("../../../sql/exports/export_contacts.sql"),
        include_str!("../../../sql/exports/google_customer_match.sql"),
        include_str!("../../../sql/exports/hashed_contacts.sql"),
        include_str!("../../../sql/exports/hubspot_contacts.sql"),
        include_str!("../../../sql/exports/klaviyo_profiles.sql"),
        include_str!("../../../sql/exports/linkedin_matched_audience.sql"),
        include_str!("../../../sql/exports/mailchimp_contacts.sql"),
        include_str!("../../../sql/exports/meta_custom_audience.sql"),
        include_str!("../../../sql/exports/microsoft_customer_match.sql"),
        include_str!("../../../sql/exports/pinterest_customer_list.sql"),
        include_str!("../../../sql/exports/snapchat_audience_list.sql"),
        include_str!("../../../sql/exports/tiktok_custom_audience.sql"),
    ],
};
