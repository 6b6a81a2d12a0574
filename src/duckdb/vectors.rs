//! Reading and writing flat vectors, row by row, with NULLs.
//!
//! DuckDB flattens the arguments of C API functions before the call, so every
//! vector here is flat. A [`Vector`]'s element type is the one that the same
//! [`Read`] or [`Write`] implementation declared when the function was
//! registered; that pairing is what makes the typed access below sound, and it is
//! why the raw accessors are not visible outside this module's parent.

use super::{Date, LogicalType, Timestamp, Uuid};
use libduckdb_sys as ffi;
use std::marker::PhantomData;

/// A flat vector of at least `rows` rows, valid for the duration of one callback.
#[derive(Clone, Copy)]
pub struct Vector<'a> {
    raw: ffi::duckdb_vector,
    rows: usize,
    callback: PhantomData<&'a ()>,
}

/// Types with the layout of a DuckDB element.
pub(super) trait Element: Copy {}
impl Element for i8 {}
impl Element for i16 {}
impl Element for i32 {}
impl Element for i64 {}
impl Element for u8 {}
impl Element for u16 {}
impl Element for u32 {}
impl Element for u64 {}
impl Element for f32 {}
impl Element for f64 {}
impl Element for ffi::duckdb_hugeint {}
impl Element for ffi::duckdb_list_entry {}
impl Element for ffi::duckdb_string_t {}

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
        unsafe { LogicalType::owned(ffi::duckdb_vector_get_column_type(self.raw)) }
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
                ffi::duckdb_struct_vector_get_child(self.raw, index as u64),
                self.rows,
            )
        }
    }

    pub(super) fn list_child(self) -> Self {
        // SAFETY: only called for vectors declared as LIST.
        unsafe {
            Self::new(
                ffi::duckdb_list_vector_get_child(self.raw),
                ffi::duckdb_list_vector_get_size(self.raw) as usize,
            )
        }
    }

    /// Grows a LIST vector's child by `extra` rows; returns where they start.
    pub(super) fn grow_list(self, extra: usize) -> usize {
        // SAFETY: only called for result vectors declared as LIST.
        unsafe {
            let old = ffi::duckdb_list_vector_get_size(self.raw);
            let new = old + extra as u64;
            let grown = ffi::duckdb_list_vector_reserve(self.raw, new) == ffi::DuckDBSuccess
                && ffi::duckdb_list_vector_set_size(self.raw, new) == ffi::DuckDBSuccess;
            // Writing on would be out of bounds; the panic becomes the query's error.
            assert!(grown, "DuckDB has no memory for a list of {new} elements");
            old as usize
        }
    }

    pub(super) fn values<T: Element>(self) -> &'a [T] {
        if self.rows == 0 {
            return &[];
        }
        // SAFETY: a flat vector of `rows` elements of the declared type.
        unsafe {
            std::slice::from_raw_parts(ffi::duckdb_vector_get_data(self.raw).cast(), self.rows)
        }
    }

    pub(super) fn values_mut<T: Element>(self) -> &'a mut [T] {
        if self.rows == 0 {
            return &mut [];
        }
        // SAFETY: as in `values`; a result vector is opened by one writer only.
        unsafe {
            std::slice::from_raw_parts_mut(ffi::duckdb_vector_get_data(self.raw).cast(), self.rows)
        }
    }

    pub(super) fn assign_bytes(self, row: usize, bytes: &[u8]) {
        assert!(row < self.rows);
        // SAFETY: `row` is within the vector; DuckDB copies the bytes.
        unsafe {
            ffi::duckdb_vector_assign_string_element_len(
                self.raw,
                row as u64,
                bytes.as_ptr().cast(),
                bytes.len() as u64,
            );
        }
    }

    /// Which rows are NULL.
    pub fn validity(self) -> Validity<'a> {
        // SAFETY: the mask, where there is one, covers the vector's rows.
        let mask = unsafe { ffi::duckdb_vector_get_validity(self.raw) };
        if mask.is_null() {
            return Validity(None);
        }
        // SAFETY: one bit a row in 64-bit words.
        Validity(Some(unsafe {
            std::slice::from_raw_parts(mask, self.rows.div_ceil(64))
        }))
    }

    /// Sets rows of a result to NULL.
    pub fn validity_mut(self) -> ValidityMut<'a> {
        ValidityMut(self)
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

/// The NULL mask of a result vector, created by the first NULL.
pub struct ValidityMut<'a>(Vector<'a>);

impl ValidityMut<'_> {
    /// Makes `row` NULL.
    pub fn set_null(&mut self, row: usize) {
        assert!(row < self.0.rows);
        // SAFETY: `row` is within the vector, whose mask is writable after the call.
        unsafe {
            ffi::duckdb_vector_ensure_validity_writable(self.0.raw);
            let mask = ffi::duckdb_vector_get_validity(self.0.raw);
            *mask.add(row / 64) &= !(1 << (row % 64));
        }
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
    /// Opens a vector, once per chunk.
    fn column(vector: Vector<'a>) -> Self::Column;
    /// The value of a row; `None` where it is NULL.
    fn read(column: &Self::Column, row: usize) -> Option<Self>;
}

/// A type that can be a result.
pub trait Write: Sized {
    /// The opened result vector.
    type Column<'a>;
    /// The result's SQL type.
    fn logical_type() -> LogicalType;
    /// Opens a result vector, once per chunk.
    fn column(vector: Vector<'_>) -> Self::Column<'_>;
    /// Writes a row.
    fn write(self, column: &mut Self::Column<'_>, row: usize);
    /// Writes NULL to a row.
    fn write_null(column: &mut Self::Column<'_>, row: usize);
}

/// Elements of a plain type beside their NULL mask.
pub struct Plain<'a, T> {
    pub(super) values: &'a [T],
    pub(super) validity: Validity<'a>,
}

/// The same for a result.
pub struct PlainMut<'a, T> {
    values: &'a mut [T],
    validity: ValidityMut<'a>,
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
        impl Write for $type {
            type Column<'a> = PlainMut<'a, $element>;
            fn logical_type() -> LogicalType {
                LogicalType::$logical()
            }
            fn column(vector: Vector<'_>) -> Self::Column<'_> {
                PlainMut {
                    values: vector.values_mut(),
                    validity: vector.validity_mut(),
                }
            }
            #[inline]
            fn write(self, column: &mut Self::Column<'_>, row: usize) {
                let $value = self;
                column.values[row] = $into;
            }
            fn write_null(column: &mut Self::Column<'_>, row: usize) {
                column.validity.set_null(row);
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

/// An ENUM's codes in a result.
pub struct CodesMut<'a>(PlainMut<'a, u8>);

impl<'a> CodesMut<'a> {
    /// Opens an ENUM result of fewer than 256 labels.
    pub fn new(vector: Vector<'a>) -> Self {
        Self(PlainMut {
            values: vector.values_mut(),
            validity: vector.validity_mut(),
        })
    }
    /// Writes the label's position.
    #[inline]
    pub fn write(&mut self, code: u8, row: usize) {
        self.0.values[row] = code;
    }
    /// Writes NULL.
    pub fn write_null(&mut self, row: usize) {
        // NULL rows keep a valid code, because DuckDB may look the label up.
        self.0.values[row] = 0;
        self.0.validity.set_null(row);
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

/// A field that may be NULL.
impl<T: Write> Write for Option<T> {
    type Column<'a> = T::Column<'a>;
    fn logical_type() -> LogicalType {
        T::logical_type()
    }
    fn column(vector: Vector<'_>) -> Self::Column<'_> {
        T::column(vector)
    }
    #[inline]
    fn write(self, column: &mut Self::Column<'_>, row: usize) {
        match self {
            Some(value) => value.write(column, row),
            None => T::write_null(column, row),
        }
    }
    fn write_null(column: &mut Self::Column<'_>, row: usize) {
        T::write_null(column, row);
    }
}
