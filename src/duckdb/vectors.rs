//! Reading flat vectors, row by row, with NULLs.
//!
//! DuckDB flattens the arguments of C API functions before the call, so every
//! vector here is flat. A [`Vector`]'s element type is the one that the same
//! [`Read`] implementation declared when the function was registered; that pairing is
//! what makes the typed access below sound, and it is why the raw accessors are not
//! visible outside this module's parent.
//!
//! A vector is opened by calling DuckDB, once per chunk and outside of `caught`; reading its
//! rows calls nobody.

use super::host::*;
use super::stage::{PlainStage, Write};
use super::types::Element;
use super::{Date, LogicalType, Null, Timestamp, Uuid};
use crate::error::Result;
use libduckdb_sys as ffi;
use std::marker::PhantomData;

/// A flat vector of at least `rows` rows, valid for the duration of one callback.
#[derive(Clone, Copy)]
pub struct Vector<'a> {
    raw: ffi::duckdb_vector,
    rows: usize,
    callback: PhantomData<&'a ()>,
}

impl<'a> Vector<'a> {
    /// # Safety
    /// `raw` must be a live flat vector with room for `rows` rows.
    pub(super) unsafe fn new(raw: ffi::duckdb_vector, rows: usize) -> Self {
        Self {
            raw,
            rows,
            callback: PhantomData,
        }
    }

    /// The type that DuckDB gave the vector.
    pub(super) fn logical_type(self) -> LogicalType {
        // SAFETY: the vector is live; the handle that it returns is ours.
        unsafe { LogicalType::owned(duckdb_vector_get_column_type(self.raw)) }
    }

    /// How many rows there are.
    pub(super) fn len(self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    pub fn is_empty(self) -> bool {
        self.rows == 0
    }

    /// The vector of a STRUCT's field.
    pub fn field(self, index: usize) -> Self {
        // SAFETY: the STRUCT was declared with this field; a flat STRUCT's fields
        // have as many rows as the STRUCT.
        unsafe {
            Self::new(
                duckdb_struct_vector_get_child(self.raw, index as u64),
                self.rows,
            )
        }
    }

    pub(super) fn list_child(self) -> Self {
        // SAFETY: only called for vectors declared as LIST.
        unsafe {
            Self::new(
                duckdb_list_vector_get_child(self.raw),
                duckdb_list_vector_get_size(self.raw) as usize,
            )
        }
    }

    pub(super) fn values<T: Element>(self) -> &'a [T] {
        if self.rows == 0 {
            return &[];
        }
        // SAFETY: a flat vector of `rows` elements of the declared type.
        unsafe { std::slice::from_raw_parts(duckdb_vector_get_data(self.raw).cast(), self.rows) }
    }

    /// Which rows are NULL.
    pub fn validity(self) -> Validity<'a> {
        // SAFETY: the mask, where there is one, covers the vector's rows.
        let mask = unsafe { duckdb_vector_get_validity(self.raw) };
        if mask.is_null() {
            return Validity(None);
        }
        // SAFETY: one bit a row in 64-bit words.
        Validity(Some(unsafe {
            std::slice::from_raw_parts(mask, self.rows.div_ceil(64))
        }))
    }
}

/// The NULL mask of a vector; absent where nothing is NULL.
pub struct Validity<'a>(Option<&'a [u64]>);

impl<'a> Validity<'a> {
    /// The mask, one bit per row.
    pub fn mask(&self) -> Option<&'a [u64]> {
        self.0
    }

    /// Whether `row` is not NULL.
    #[inline]
    pub fn is_valid(&self, row: usize) -> bool {
        self.0
            .is_none_or(|mask| mask[row / 64] >> (row % 64) & 1 == 1)
    }
}

/// A type that can be an argument.
pub trait Read<'a>: Sized {
    /// Whether NULL is a value of this type (`Option`), or skips the row.
    const ACCEPTS_NULL: bool = false;
    /// The opened vector.
    type Column;
    /// The argument's SQL type.
    fn logical_type() -> LogicalType;
    /// Opens a vector, once per chunk. Calls DuckDB and must not panic.
    fn column(vector: Vector<'a>) -> Self::Column;
    /// The value of a row; `None` where it is NULL. Must not call DuckDB.
    fn read(column: &Self::Column, row: usize) -> Option<Self>;
}

/// A type of which two rows can be compared without reading them, as a
/// [`Constant`](super::Constant) has to be in every chunk.
pub trait Same<'a>: Read<'a> {
    /// Whether two rows hold the same value, or are both NULL. A NaN may differ from itself.
    fn is_same(column: &Self::Column, row: usize, other: usize) -> bool;
    /// Whether the first `rows` rows do, field by field: that is fast.
    fn are_same(column: &Self::Column, rows: usize) -> bool {
        (1..rows).all(|row| Self::is_same(column, row, 0))
    }
}

/// Elements of a plain type beside their NULL mask.
pub struct Plain<'a, T> {
    pub(super) values: &'a [T],
    pub(super) validity: Validity<'a>,
}

macro_rules! plain {
    ($type:ty, $element:ty, $logical:ident, $value:ident => $from:expr, $into:expr) => {
        impl<'a> Read<'a> for $type {
            type Column = Plain<'a, $element>;
            fn logical_type() -> LogicalType {
                LogicalType::$logical()
            }
            fn column(vector: Vector<'a>) -> Self::Column {
                Plain {
                    values: vector.values(),
                    validity: vector.validity(),
                }
            }
            #[inline]
            fn read(column: &Self::Column, row: usize) -> Option<Self> {
                column.validity.is_valid(row).then(|| {
                    let $value = column.values[row];
                    $from
                })
            }
        }
        impl<'a> Same<'a> for $type {
            #[inline]
            fn is_same(column: &Self::Column, row: usize, other: usize) -> bool {
                Self::read(column, row) == Self::read(column, other)
            }
            fn are_same(column: &Self::Column, rows: usize) -> bool {
                let Some(values) = column
                    .values
                    .get(..rows)
                    .filter(|_| column.validity.mask().is_none())
                else {
                    return (1..rows).all(|row| Self::is_same(column, row, 0));
                };
                let read = |$value: $element| $from;
                // Without a branch per row, so that many rows are compared at a time.
                values.first().is_none_or(|&first| {
                    values
                        .iter()
                        .fold(true, |same, &value| same & (read(value) == read(first)))
                })
            }
        }
        impl Write for $type {
            type Staged = PlainStage<$element>;
            fn logical_type() -> LogicalType {
                LogicalType::$logical()
            }
            #[inline]
            fn write(self, staged: &mut Self::Staged) -> Result<()> {
                let $value = self;
                staged.push($into);
                Ok(())
            }
            #[inline]
            fn write_null(staged: &mut Self::Staged) {
                staged.push_null();
            }
        }
    };
}

plain!(f64, f64, double, value => value, value);
plain!(i32, i32, integer, value => value, value);
plain!(i64, i64, bigint, value => value, value);
plain!(bool, u8, boolean, value => value != 0, u8::from(value));
plain!(Date, i32, date, value => Date(value), value.0);
plain!(Timestamp, i64, timestamp, value => Timestamp(value), value.0);
plain!(i128, ffi::duckdb_hugeint, hugeint, value => from_hugeint(value), to_hugeint(value));
plain!(Uuid, ffi::duckdb_hugeint, uuid, value => Uuid(from_hugeint(value) as u128 ^ UUID_SIGN), to_hugeint((value.0 ^ UUID_SIGN) as i128));

/// DuckDB stores a UUID as a HUGEINT with the first bit turned, so that UUIDs sort as
/// signed numbers.
const UUID_SIGN: u128 = 1 << 127;

pub(super) fn from_hugeint(value: ffi::duckdb_hugeint) -> i128 {
    i128::from(value.upper) << 64 | i128::from(value.lower)
}

fn to_hugeint(value: i128) -> ffi::duckdb_hugeint {
    ffi::duckdb_hugeint {
        lower: value as u64,
        upper: (value >> 64) as i64,
    }
}

/// An ENUM's codes.
pub struct Codes<'a>(Plain<'a, u8>);

impl<'a> Codes<'a> {
    /// Opens an ENUM of fewer than 256 labels.
    pub fn new(vector: Vector<'a>) -> Self {
        Self(Plain {
            values: vector.values(),
            validity: vector.validity(),
        })
    }
    /// The label's position.
    #[inline]
    pub fn read(&self, row: usize) -> Option<u8> {
        self.0.validity.is_valid(row).then(|| self.0.values[row])
    }
}

impl<'a> Read<'a> for Null {
    type Column = ();
    fn logical_type() -> LogicalType {
        LogicalType::null()
    }
    fn column(_vector: Vector<'a>) {}
    fn read((): &(), _row: usize) -> Option<Self> {
        None
    }
}

impl<'a, T: Same<'a>> Same<'a> for Option<T> {
    fn is_same(column: &Self::Column, row: usize, other: usize) -> bool {
        T::is_same(column, row, other)
    }
    fn are_same(column: &Self::Column, rows: usize) -> bool {
        T::are_same(column, rows)
    }
}

impl<'a, T: Read<'a>> Read<'a> for Option<T> {
    const ACCEPTS_NULL: bool = true;
    type Column = T::Column;
    fn logical_type() -> LogicalType {
        T::logical_type()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        T::column(vector)
    }
    #[inline]
    fn read(column: &Self::Column, row: usize) -> Option<Self> {
        Some(T::read(column, row))
    }
}
