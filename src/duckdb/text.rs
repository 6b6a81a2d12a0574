//! VARCHAR and BLOB: owned, or borrowed from the vector.

use super::LogicalType;
use super::stage::{BytesStage, Write};
use super::vectors::{Plain, Read, Same, Vector};
use crate::error::Result;
use libduckdb_sys as ffi;
use std::borrow::Cow;

/// A BLOB, as a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

/// Declares how a type is read from a vector of strings.
macro_rules! read_bytes {
    ($type:ty, $logical:ident, $bytes:ident => $from:expr) => {
        impl<'a> Read<'a> for $type {
            type Column = Plain<'a, ffi::duckdb_string_t>;
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
                    let $bytes = bytes(&column.values[row]);
                    $from
                })
            }
        }
        impl<'a> Same<'a> for $type {
            fn is_same(column: &Self::Column, row: usize, other: usize) -> bool {
                let validity = &column.validity;
                match (validity.is_valid(row), validity.is_valid(other)) {
                    (true, true) => {
                        let [bytes, others] = [row, other].map(|row| bytes(&column.values[row]));
                        // A long constant is at one place in memory for all rows.
                        std::ptr::eq(bytes, others) || bytes == others
                    }
                    // What a NULL holds is no text.
                    (is_valid, is_other) => is_valid == is_other,
                }
            }
            fn are_same(column: &Self::Column, rows: usize) -> bool {
                let all_valid = column.validity.mask().is_none();
                all_valid && is_one_element(&column.values[..rows])
                    || (1..rows).all(|row| Self::is_same(column, row, 0))
            }
        }
    };
}

read_bytes!(String, varchar, bytes => text(bytes).into_owned());
read_bytes!(Cow<'a, str>, varchar, bytes => text(bytes));
read_bytes!(&'a [u8], blob, bytes => bytes);

/// Invalid UTF-8, which DuckDB does not let into a VARCHAR, would read as U+FFFD. Valid
/// text is recognised several times faster than it would be on the way to find that.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// Whether all elements are the same to the bit, as those of a constant are: they are short, or at one place in
/// memory.
fn is_one_element(elements: &[ffi::duckdb_string_t]) -> bool {
    // SAFETY: DuckDB initialises both words of either variant.
    let words = |element: &ffi::duckdb_string_t| unsafe {
        std::mem::transmute_copy::<_, [u64; 2]>(element)
    };
    elements.first().is_none_or(|first| {
        let first = words(first);
        elements
            .iter()
            .fold(true, |same, element| same & (words(element) == first))
    })
}

/// Strings of up to 12 bytes are stored in the element itself.
pub(super) fn bytes(text: &ffi::duckdb_string_t) -> &[u8] {
    const INLINE: u32 = 12;
    // SAFETY: both variants start with the length, which says which one it is; the
    // bytes live as long as the vector.
    unsafe {
        let length = text.value.inlined.length;
        let start = if length <= INLINE {
            text.value.inlined.inlined.as_ptr()
        } else {
            text.value.pointer.ptr.cast_const()
        };
        std::slice::from_raw_parts(start.cast(), length as usize)
    }
}

/// Declares how a type is written to a vector of strings.
macro_rules! write_bytes {
    ($type:ty, $logical:ident, $value:ident => $bytes:expr) => {
        impl Write for $type {
            type Staged = BytesStage;
            fn logical_type() -> LogicalType {
                LogicalType::$logical()
            }
            fn write(self, staged: &mut Self::Staged) -> Result<()> {
                let $value = self;
                staged.push($bytes)
            }
            fn write_null(staged: &mut Self::Staged) {
                staged.push_null();
            }
        }
    };
}

write_bytes!(String, varchar, text => text.as_bytes());
write_bytes!(&'static str, varchar, text => text.as_bytes());
write_bytes!(Blob, blob, blob => &blob.0);
