//! A STRUCT of any fields as an argument, such as a whole row of a table: its fields and
//! their types are known only when a chunk arrives.
//!
//! What makes the typed access sound here is not a declaration, as elsewhere, but the type
//! that DuckDB itself reports for the vector, read in the same callback as the values.

use super::text::bytes;
use super::types::LogicalType;
use super::vectors::from_hugeint;
use super::{Read, Validity, Vector};
use crate::column::{Column, Kind, Values};
use libduckdb_sys as ffi;
use std::ffi::CStr;

/// A row of any type: the argument of a [`ChunkScalar`](super::ChunkScalar), which opens the
/// vector's fields itself.
pub struct AnyRow(());

impl<'a> Read<'a> for AnyRow {
    const ACCEPTS_NULL: bool = true;
    type Column = Rows<'a>;
    fn logical_type() -> LogicalType {
        LogicalType::any()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        Rows::open(vector)
    }
    fn read(_column: &Self::Column, _row: usize) -> Option<Self> {
        Some(Self(()))
    }
}

/// The rows of a chunk, if the argument was a STRUCT.
pub struct Rows<'a> {
    vector: Vector<'a>,
    validity: Validity<'a>,
    names: Option<Vec<String>>,
}

impl<'a> Rows<'a> {
    fn open(vector: Vector<'a>) -> Self {
        let kind = vector.logical_type();
        let names = (kind.id() == ffi::DUCKDB_TYPE_DUCKDB_TYPE_STRUCT).then(|| field_names(&kind));
        Self {
            vector,
            validity: vector.validity(),
            names,
        }
    }

    /// The fields' names in their order; `None` if the argument is not a STRUCT.
    pub fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// How many rows there are.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.vector.len()
    }

    /// Whether a row is not NULL.
    pub fn is_valid(&self, row: usize) -> bool {
        self.validity.is_valid(row)
    }

    /// Opens the field at `index` of [`names`](Self::names).
    pub fn column(&self, index: usize) -> Column<'a> {
        assert!(self.names.as_ref().is_some_and(|names| index < names.len()));
        open(self.vector.field(index))
    }
}

fn field_names(kind: &LogicalType) -> Vec<String> {
    // SAFETY: `kind` is a STRUCT.
    let count = unsafe { ffi::duckdb_struct_type_child_count(kind.raw()) };
    (0..count)
        .map(|index| {
            // SAFETY: the index is below the count; the name is ours to free.
            unsafe { owned_text(ffi::duckdb_struct_type_child_name(kind.raw(), index)) }
        })
        .collect()
}

/// # Safety
/// `text` must be null or a C string that DuckDB allocated for the caller.
unsafe fn owned_text(text: *mut std::ffi::c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: see above; copied before it is freed.
    unsafe {
        let copy = CStr::from_ptr(text).to_string_lossy().into_owned();
        ffi::duckdb_free(text.cast());
        copy
    }
}

fn open(vector: Vector<'_>) -> Column<'_> {
    use ffi::*;
    let kind = vector.logical_type();
    let timestamp = |per_second, with_zone| Kind::Timestamp {
        per_second,
        with_zone,
    };
    // Each arm names the type's layout. A type that is not listed, also one that a later
    // DuckDB brings, is never read.
    let (kind, values) = match kind.id() {
        DUCKDB_TYPE_DUCKDB_TYPE_BOOLEAN => (Kind::Boolean, Values::U8(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_TINYINT => (Kind::Integer, Values::I8(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_SMALLINT => (Kind::Integer, Values::I16(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_INTEGER => (Kind::Integer, Values::I32(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_BIGINT => (Kind::Integer, Values::I64(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_HUGEINT => (Kind::Integer, Values::I128(wide(vector))),
        DUCKDB_TYPE_DUCKDB_TYPE_UTINYINT => (Kind::Integer, Values::U8(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_USMALLINT => (Kind::Integer, Values::U16(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_UINTEGER => (Kind::Integer, Values::U32(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_UBIGINT => (Kind::Integer, Values::U64(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_UHUGEINT => (
            Kind::Integer,
            Values::U128(
                wide(vector)
                    .into_iter()
                    .map(|value| value as u128)
                    .collect(),
            ),
        ),
        DUCKDB_TYPE_DUCKDB_TYPE_FLOAT => {
            (Kind::Float { double: false }, Values::F32(vector.values()))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_DOUBLE => {
            (Kind::Float { double: true }, Values::F64(vector.values()))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_DECIMAL => decimal(&kind, vector),
        DUCKDB_TYPE_DUCKDB_TYPE_VARCHAR => (Kind::Text, Values::Text(texts(vector))),
        DUCKDB_TYPE_DUCKDB_TYPE_DATE => (Kind::Date, Values::I32(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_S => (timestamp(1, false), Values::I64(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_MS => {
            (timestamp(1_000, false), Values::I64(vector.values()))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP => {
            (timestamp(1_000_000, false), Values::I64(vector.values()))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_NS => (
            timestamp(1_000_000_000, false),
            Values::I64(vector.values()),
        ),
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_TZ => {
            (timestamp(1_000_000, true), Values::I64(vector.values()))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_ENUM => enumeration(&kind, vector),
        DUCKDB_TYPE_DUCKDB_TYPE_UUID => (Kind::Uuid, Values::I128(wide(vector))),
        DUCKDB_TYPE_DUCKDB_TYPE_SQLNULL => (Kind::Null, Values::None),
        _ => (Kind::Other, Values::None),
    };
    Column {
        kind,
        values,
        validity: vector.validity().mask(),
    }
}

/// HUGEINTs have the alignment of their halves, so they are copied.
fn wide(vector: Vector<'_>) -> Vec<i128> {
    let values: &[ffi::duckdb_hugeint] = vector.values();
    values.iter().copied().map(from_hugeint).collect()
}

/// What a NULL row points to is not defined, so it is not looked at.
fn texts(vector: Vector<'_>) -> Vec<&[u8]> {
    let validity = vector.validity();
    let values: &[ffi::duckdb_string_t] = vector.values();
    let text = |(row, value)| {
        if validity.is_valid(row) {
            bytes(value)
        } else {
            &[] as &[u8]
        }
    };
    values.iter().enumerate().map(text).collect()
}

fn decimal<'a>(kind: &LogicalType, vector: Vector<'a>) -> (Kind, Values<'a>) {
    // SAFETY: `kind` is a DECIMAL.
    let (scale, stored) = unsafe {
        (
            ffi::duckdb_decimal_scale(kind.raw()),
            ffi::duckdb_decimal_internal_type(kind.raw()),
        )
    };
    let values = match stored {
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_SMALLINT => Values::I16(vector.values()),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_INTEGER => Values::I32(vector.values()),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_BIGINT => Values::I64(vector.values()),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_HUGEINT => Values::I128(wide(vector)),
        _ => return (Kind::Other, Values::None),
    };
    (Kind::Decimal { scale }, values)
}

fn enumeration<'a>(kind: &LogicalType, vector: Vector<'a>) -> (Kind, Values<'a>) {
    // SAFETY: `kind` is an ENUM; each label is below the count and ours to free.
    let (stored, labels) = unsafe {
        let count = ffi::duckdb_enum_dictionary_size(kind.raw());
        let label = |index| owned_text(ffi::duckdb_enum_dictionary_value(kind.raw(), index));
        (
            ffi::duckdb_enum_internal_type(kind.raw()),
            (0..u64::from(count)).map(label).collect(),
        )
    };
    let values = match stored {
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_UTINYINT => Values::U8(vector.values()),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_USMALLINT => Values::U16(vector.values()),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_UINTEGER => Values::U32(vector.values()),
        _ => return (Kind::Other, Values::None),
    };
    (Kind::Enum { labels }, values)
}
