//! DuckDB's logical types, and the Rust types that stand for them.

use super::c_string;
use super::host::*;
use libduckdb_sys as ffi;
use std::fmt;

/// Types with the layout of a DuckDB element.
pub trait Element: Copy {}
macro_rules! elements {
    ($($type:ty),+) => {$(impl Element for $type {})+};
}
elements!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);
elements!(
    ffi::duckdb_hugeint,
    ffi::duckdb_list_entry,
    ffi::duckdb_string_t
);

/// A DATE: days since 1970-01-01. `i32::MAX` and `-i32::MAX` are DuckDB's ±infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// A TIMESTAMP: microseconds since 1970-01-01. The extremes are DuckDB's ±infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The day; infinity stays infinity.
    pub fn date(self) -> Date {
        const DAY: i64 = 24 * 60 * 60 * 1_000_000;
        match self.0 {
            i64::MAX => Date(i32::MAX),
            micros if micros == -i64::MAX => Date(-i32::MAX),
            // The range of TIMESTAMP is narrower than that of DATE.
            micros => Date(micros.div_euclid(DAY) as i32),
        }
    }
}

/// A UUID: its 128 bits in the order in which they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uuid(pub u128);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'-'; 36];
        let places = (0..36).filter(|place| ![8, 13, 18, 23].contains(place));
        for (digit, place) in places.enumerate() {
            let nibble = (self.0 >> (124 - 4 * digit)) as usize & 0xf;
            text[place] = b"0123456789abcdef"[nibble];
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// A plain NULL, which has no type of its own. An overload for it decides what NULL means where
/// several would take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Null;

/// An owned DuckDB type.
pub struct LogicalType(ffi::duckdb_logical_type);

impl LogicalType {
    /// BOOLEAN
    pub fn boolean() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_BOOLEAN)
    }
    /// INTEGER
    pub fn integer() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_INTEGER)
    }
    /// BIGINT
    pub fn bigint() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_BIGINT)
    }
    /// HUGEINT
    pub fn hugeint() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_HUGEINT)
    }
    /// DOUBLE
    pub fn double() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_DOUBLE)
    }
    /// DATE
    pub fn date() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_DATE)
    }
    /// TIMESTAMP
    pub fn timestamp() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP)
    }
    /// UUID
    pub fn uuid() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_UUID)
    }
    /// VARCHAR
    pub fn varchar() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_VARCHAR)
    }

    /// BLOB
    pub fn blob() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_BLOB)
    }

    /// The type of a plain NULL
    pub fn null() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_SQLNULL)
    }

    /// Any type, of an argument only
    pub fn any() -> Self {
        Self::primitive(ffi::DUCKDB_TYPE_DUCKDB_TYPE_ANY)
    }

    fn primitive(id: ffi::duckdb_type) -> Self {
        // SAFETY: plain constructor; the result is owned.
        Self(unsafe { duckdb_create_logical_type(id) })
    }

    /// LIST of `child`
    pub fn list(child: &Self) -> Self {
        // SAFETY: DuckDB copies the child type.
        Self(unsafe { duckdb_create_list_type(child.0) })
    }

    /// ENUM with `labels` in their natural order
    pub fn enumeration(labels: &[&str]) -> Self {
        let labels: Vec<_> = labels.iter().map(|label| c_string(label)).collect();
        let mut pointers: Vec<_> = labels.iter().map(|label| label.as_ptr()).collect();
        // SAFETY: DuckDB copies the labels.
        Self(unsafe { duckdb_create_enum_type(pointers.as_mut_ptr(), pointers.len() as u64) })
    }

    /// STRUCT with the named `fields`
    pub fn structure(fields: &[(&str, Self)]) -> Self {
        let names: Vec<_> = fields.iter().map(|(name, _)| c_string(name)).collect();
        let mut names: Vec<_> = names.iter().map(|name| name.as_ptr()).collect();
        let mut types: Vec<_> = fields.iter().map(|(_, kind)| kind.0).collect();
        // SAFETY: DuckDB copies names and types.
        Self(unsafe {
            duckdb_create_struct_type(types.as_mut_ptr(), names.as_mut_ptr(), fields.len() as u64)
        })
    }

    /// # Safety
    /// `raw` must be a live handle that nobody else destroys.
    pub(super) unsafe fn owned(raw: ffi::duckdb_logical_type) -> Self {
        Self(raw)
    }

    pub(super) fn id(&self) -> ffi::duckdb_type {
        // SAFETY: the handle is live.
        unsafe { duckdb_get_type_id(self.0) }
    }

    pub(super) fn raw(&self) -> ffi::duckdb_logical_type {
        self.0
    }
}

impl Drop for LogicalType {
    fn drop(&mut self) {
        // SAFETY: the handle is owned and dropped once.
        unsafe { duckdb_destroy_logical_type(&mut self.0) };
    }
}
