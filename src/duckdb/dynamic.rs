//! A STRUCT of any fields as an argument, such as a whole row of a table: its fields and
//! their types are known only when a chunk arrives.
//!
//! What makes the typed access sound here is not a declaration, as elsewhere, but the type
//! that DuckDB itself reports for the vector, read in the same callback as the values. All columns are opened with the row, because
//! reading them later must not call DuckDB.

use super::host::*;
use super::text::bytes;
use super::types::LogicalType;
use super::vectors::from_hugeint;
use super::{Read, Validity, Vector};
use crate::column::{Column, Kind, Values};
use libduckdb_sys as ffi;
use std::ffi::CStr;

/// A row of any type: the argument of a [`ChunkScalar`](super::ChunkScalar), which reads the
/// row's columns itself.
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
    rows: usize,
    validity: Validity<'a>,
    names: Option<Vec<String>>,
    fields: Vec<Field<'a>>,
}

/// A column of the rows, as DuckDB stores it.
struct Field<'a> {
    kind: Kind,
    stored: Stored<'a>,
    validity: Validity<'a>,
}

/// The elements of a vector by their layout.
enum Stored<'a> {
    /// As they are read.
    Plain(Values<'a>),
    /// HUGEINT, or a type that is stored as one.
    Wide(&'a [ffi::duckdb_hugeint]),
    /// UHUGEINT
    WideUnsigned(&'a [ffi::duckdb_hugeint]),
    /// VARCHAR
    Text(&'a [ffi::duckdb_string_t]),
}

impl<'a> Rows<'a> {
    fn open(vector: Vector<'a>) -> Self {
        let kind = vector.logical_type();
        let names = (kind.id() == ffi::DUCKDB_TYPE_DUCKDB_TYPE_STRUCT).then(|| field_names(&kind));
        let count = names.as_ref().map_or(0, Vec::len);
        Self {
            rows: vector.len(),
            validity: vector.validity(),
            names,
            fields: (0..count).map(|index| open(vector.field(index))).collect(),
        }
    }

    /// The columns' names in their order; `None` if the argument is not a STRUCT.
    pub fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// How many rows there are.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether a row is not NULL.
    pub fn is_valid(&self, row: usize) -> bool {
        self.validity.is_valid(row)
    }

    /// The column at `index` of [`names`](Self::names).
    pub fn column(&self, index: usize) -> Column<'a> {
        let field = &self.fields[index];
        let values = match &field.stored {
            Stored::Plain(values) => values.clone(),
            Stored::Wide(values) => Values::I128(wide(values)),
            Stored::WideUnsigned(values) => Values::U128(
                wide(values)
                    .into_iter()
                    .map(|value| value as u128)
                    .collect(),
            ),
            Stored::Text(values) => Values::Text(texts(values, &field.validity)),
        };
        Column {
            kind: field.kind.clone(),
            values,
            validity: field.validity.mask(),
        }
    }
}

fn field_names(kind: &LogicalType) -> Vec<String> {
    // SAFETY: `kind` is a STRUCT.
    let count = unsafe { duckdb_struct_type_child_count(kind.raw()) };
    (0..count)
        .map(|index| {
            // SAFETY: the index is below the count; the name is ours to free.
            unsafe { owned_text(duckdb_struct_type_child_name(kind.raw(), index)) }
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
        duckdb_free(text.cast());
        copy
    }
}

fn open(vector: Vector<'_>) -> Field<'_> {
    use ffi::*;
    let kind = vector.logical_type();
    let timestamp = |per_second, with_zone| Kind::Timestamp {
        per_second,
        with_zone,
    };
    let i64s = || Stored::Plain(Values::I64(vector.values()));
    // Each arm names the type's layout. A type that is not listed, also one that a later
    // DuckDB brings, is never read.
    let (kind, stored) = match kind.id() {
        DUCKDB_TYPE_DUCKDB_TYPE_BOOLEAN => {
            (Kind::Boolean, Stored::Plain(Values::U8(vector.values())))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_TINYINT => {
            (Kind::Integer, Stored::Plain(Values::I8(vector.values())))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_SMALLINT => {
            (Kind::Integer, Stored::Plain(Values::I16(vector.values())))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_INTEGER => {
            (Kind::Integer, Stored::Plain(Values::I32(vector.values())))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_BIGINT => (Kind::Integer, i64s()),
        DUCKDB_TYPE_DUCKDB_TYPE_HUGEINT => (Kind::Integer, Stored::Wide(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_UTINYINT => {
            (Kind::Integer, Stored::Plain(Values::U8(vector.values())))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_USMALLINT => {
            (Kind::Integer, Stored::Plain(Values::U16(vector.values())))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_UINTEGER => {
            (Kind::Integer, Stored::Plain(Values::U32(vector.values())))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_UBIGINT => {
            (Kind::Integer, Stored::Plain(Values::U64(vector.values())))
        }
        DUCKDB_TYPE_DUCKDB_TYPE_UHUGEINT => (Kind::Integer, Stored::WideUnsigned(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_FLOAT => (
            Kind::Float { double: false },
            Stored::Plain(Values::F32(vector.values())),
        ),
        DUCKDB_TYPE_DUCKDB_TYPE_DOUBLE => (
            Kind::Float { double: true },
            Stored::Plain(Values::F64(vector.values())),
        ),
        DUCKDB_TYPE_DUCKDB_TYPE_DECIMAL => decimal(&kind, vector),
        DUCKDB_TYPE_DUCKDB_TYPE_VARCHAR => (Kind::Text, Stored::Text(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_DATE => (Kind::Date, Stored::Plain(Values::I32(vector.values()))),
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_S => (timestamp(1, false), i64s()),
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_MS => (timestamp(1_000, false), i64s()),
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP => (timestamp(1_000_000, false), i64s()),
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_NS => (timestamp(1_000_000_000, false), i64s()),
        DUCKDB_TYPE_DUCKDB_TYPE_TIMESTAMP_TZ => (timestamp(1_000_000, true), i64s()),
        DUCKDB_TYPE_DUCKDB_TYPE_ENUM => enumeration(&kind, vector),
        DUCKDB_TYPE_DUCKDB_TYPE_UUID => (Kind::Uuid, Stored::Wide(vector.values())),
        DUCKDB_TYPE_DUCKDB_TYPE_SQLNULL => (Kind::Null, Stored::Plain(Values::None)),
        _ => (Kind::Other, Stored::Plain(Values::None)),
    };
    Field {
        kind,
        stored,
        validity: vector.validity(),
    }
}

/// HUGEINTs have the alignment of their halves, so they are copied.
fn wide(values: &[ffi::duckdb_hugeint]) -> Vec<i128> {
    values.iter().copied().map(from_hugeint).collect()
}

/// What a NULL row points to is not defined, so it is not looked at.
fn texts<'a>(values: &'a [ffi::duckdb_string_t], validity: &Validity) -> Vec<&'a [u8]> {
    let text = |(row, value)| {
        if validity.is_valid(row) {
            bytes(value)
        } else {
            &[] as &[u8]
        }
    };
    values.iter().enumerate().map(text).collect()
}

fn decimal<'a>(kind: &LogicalType, vector: Vector<'a>) -> (Kind, Stored<'a>) {
    // SAFETY: `kind` is a DECIMAL.
    let (scale, stored) = unsafe {
        (
            duckdb_decimal_scale(kind.raw()),
            duckdb_decimal_internal_type(kind.raw()),
        )
    };
    let stored = match stored {
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_SMALLINT => Stored::Plain(Values::I16(vector.values())),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_INTEGER => Stored::Plain(Values::I32(vector.values())),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_BIGINT => Stored::Plain(Values::I64(vector.values())),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_HUGEINT => Stored::Wide(vector.values()),
        _ => return (Kind::Other, Stored::Plain(Values::None)),
    };
    (Kind::Decimal { scale }, stored)
}

fn enumeration<'a>(kind: &LogicalType, vector: Vector<'a>) -> (Kind, Stored<'a>) {
    // SAFETY: `kind` is an ENUM; each label is below the count and ours to free.
    let (stored, labels) = unsafe {
        let count = duckdb_enum_dictionary_size(kind.raw());
        let label = |index| owned_text(duckdb_enum_dictionary_value(kind.raw(), index));
        (
            duckdb_enum_internal_type(kind.raw()),
            (0..u64::from(count)).map(label).collect(),
        )
    };
    let values = match stored {
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_UTINYINT => Values::U8(vector.values()),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_USMALLINT => Values::U16(vector.values()),
        ffi::DUCKDB_TYPE_DUCKDB_TYPE_UINTEGER => Values::U32(vector.values()),
        _ => return (Kind::Other, Stored::Plain(Values::None)),
    };
    (Kind::Enum { labels }, Stored::Plain(values))
}
