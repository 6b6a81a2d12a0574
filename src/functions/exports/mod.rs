//! Exports: identifiers in the form in which advertising and mailing platforms compare them.

pub mod hash_identifier;
pub mod identify;
pub mod normalize_email;
pub mod normalize_name;
pub mod normalize_phone;
pub mod normalize_zip;
