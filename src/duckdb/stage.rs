//! Results on their way into a vector.
//!
//! A function writes its results to a stage, column by column as a vector has them, in
//! memory of our own. The stage is handed over when the function is done: only then is DuckDB
//! called, which may throw while it makes room, so nothing there may panic.

use super::LogicalType;
use super::host::*;
use super::types::Element;
use crate::error::{Error, Result};
use libduckdb_sys as ffi;

/// A type that can be a result.
pub trait Write: Sized {
    /// Where results wait.
    type Staged: Stage;
    /// The result's SQL type.
    fn logical_type() -> LogicalType;
    /// Writes the next row.
    fn write(self, staged: &mut Self::Staged) -> Result<()>;
    /// Writes NULL as the next row.
    fn write_null(staged: &mut Self::Staged);
}

/// A row that may be NULL.
impl<T: Write> Write for Option<T> {
    type Staged = T::Staged;
    fn logical_type() -> LogicalType {
        T::logical_type()
    }
    #[inline]
    fn write(self, staged: &mut Self::Staged) -> Result<()> {
        match self {
            Some(value) => value.write(staged),
            None => {
                T::write_null(staged);
                Ok(())
            }
        }
    }
    #[inline]
    fn write_null(staged: &mut Self::Staged) {
        T::write_null(staged);
    }
}

/// Rows that wait for their vector.
pub trait Stage: Default {
    /// Makes room for `more` rows.
    fn reserve(&mut self, more: usize) -> Result<()>;

    /// Hands the rows over to a flat vector of their type, from its row `start` on.
    ///
    /// Calls DuckDB, which may throw; hence nothing here may panic.
    ///
    /// # Safety
    /// `vector` must be live and of the declared type, with room for the rows.
    unsafe fn commit(&self, vector: ffi::duckdb_vector, start: usize);
}

/// Room for `more` elements.
pub(super) fn reserve<T>(values: &mut Vec<T>, more: usize) -> Result<()> {
    values.try_reserve(more).map_err(|_| {
        let megabytes = (values.len() + more).saturating_mul(size_of::<T>()) >> 20;
        Error::DuckDb(format!(
            "the result needs {megabytes} MB, more memory than this process can get"
        ))
    })
}

/// The rows that are NULL.
#[derive(Default)]
pub struct Nulls(Vec<usize>);

impl Nulls {
    /// Makes a row NULL.
    pub(super) fn push(&mut self, row: usize) {
        self.0.push(row);
    }

    /// # Safety
    /// As for [`Stage::commit`].
    pub(super) unsafe fn commit(&self, vector: ffi::duckdb_vector, start: usize) {
        if self.0.is_empty() {
            return;
        }
        // SAFETY: the vector is live, and its mask writable and of its size after the call.
        unsafe {
            duckdb_vector_ensure_validity_writable(vector);
            let mask = duckdb_vector_get_validity(vector);
            for row in &self.0 {
                let row = start.wrapping_add(*row);
                *mask.wrapping_add(row / 64) &= !(1 << (row % 64));
            }
        }
    }
}

/// Elements of a plain type.
pub struct PlainStage<T> {
    values: Vec<T>,
    nulls: Nulls,
}

impl<T> Default for PlainStage<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            nulls: Nulls::default(),
        }
    }
}

impl<T: Element> PlainStage<T> {
    /// Adds a row.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.values.push(value);
    }

    /// Adds a NULL. It keeps a valid element: DuckDB may look up the label of an ENUM.
    #[inline]
    pub fn push_null(&mut self) {
        self.nulls.push(self.values.len());
        // SAFETY: elements are numbers, for which all-zero is a value.
        self.values.push(unsafe { std::mem::zeroed() });
    }
}

impl<T: Element> Stage for PlainStage<T> {
    fn reserve(&mut self, more: usize) -> Result<()> {
        reserve(&mut self.values, more)
    }

    unsafe fn commit(&self, vector: ffi::duckdb_vector, start: usize) {
        // SAFETY: the vector is of elements `T` and has room for all of them.
        unsafe {
            let data = duckdb_vector_get_data(vector).cast::<T>();
            let (from, count) = (self.values.as_ptr(), self.values.len());
            from.copy_to_nonoverlapping(data.wrapping_add(start), count);
            self.nulls.commit(vector, start);
        }
    }
}

/// The most bytes that are reserved before they are there.
const MOST_FORESEEN: usize = 1 << 19;

/// VARCHARs or BLOBs, one after the other.
#[derive(Default)]
pub struct BytesStage {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    nulls: Nulls,
}

impl BytesStage {
    /// Adds a row.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<()> {
        if self.bytes.capacity() == 0 {
            // The rest are most often about as long. To double from the first on would copy them all.
            let like_this = bytes.len().saturating_mul(self.ends.capacity());
            reserve(&mut self.bytes, like_this.min(MOST_FORESEEN))?;
        }
        reserve(&mut self.bytes, bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
        Ok(())
    }

    /// Adds a NULL.
    pub(super) fn push_null(&mut self) {
        self.nulls.push(self.ends.len());
        self.ends.push(self.bytes.len());
    }
}

impl Stage for BytesStage {
    fn reserve(&mut self, more: usize) -> Result<()> {
        reserve(&mut self.ends, more)
    }

    unsafe fn commit(&self, vector: ffi::duckdb_vector, start: usize) {
        let mut row = start;
        let mut begin = self.bytes.as_ptr();
        let mut before = 0;
        for end in &self.ends {
            let length = end.wrapping_sub(before);
            // SAFETY: the row is within the vector; DuckDB copies the bytes.
            unsafe {
                duckdb_vector_assign_string_element_len(
                    vector,
                    row as u64,
                    begin.cast(),
                    length as u64,
                );
            }
            begin = begin.wrapping_add(length);
            before = *end;
            row = row.wrapping_add(1);
        }
        // SAFETY: as above.
        unsafe { self.nulls.commit(vector, start) };
    }
}

/// LISTs: their elements one after the other.
#[derive(Default)]
pub struct ListStage<C> {
    /// The elements of all rows.
    pub(super) child: C,
    elements: usize,
    ends: Vec<usize>,
    nulls: Nulls,
}

impl<C: Stage> ListStage<C> {
    /// Makes room for a list of `length` elements, which are written to the child next.
    pub(super) fn begin(&mut self, length: usize) -> Result<()> {
        self.child.reserve(length)
    }

    /// Adds the row of the `length` elements that follow those of the row before.
    pub(super) fn end(&mut self, length: usize) {
        self.elements += length;
        self.ends.push(self.elements);
    }

    /// Adds a NULL.
    pub(super) fn push_null(&mut self) {
        self.nulls.push(self.ends.len());
        self.ends.push(self.elements);
    }
}

impl<C: Stage> Stage for ListStage<C> {
    fn reserve(&mut self, more: usize) -> Result<()> {
        reserve(&mut self.ends, more)
    }

    unsafe fn commit(&self, vector: ffi::duckdb_vector, start: usize) {
        // SAFETY: a LIST vector with room for the rows. Its child has room for the elements
        // after the call that reserves it, which also may move it.
        unsafe {
            let offset = duckdb_list_vector_get_size(vector);
            let size = offset.wrapping_add(self.elements as u64);
            // Neither fails: what DuckDB cannot do, it throws.
            duckdb_list_vector_reserve(vector, size);
            duckdb_list_vector_set_size(vector, size);
            let entries = duckdb_vector_get_data(vector).cast::<ffi::duckdb_list_entry>();
            let mut entry = entries.wrapping_add(start);
            let mut before = 0;
            for end in &self.ends {
                entry.write(ffi::duckdb_list_entry {
                    offset: offset.wrapping_add(before as u64),
                    length: end.wrapping_sub(before) as u64,
                });
                entry = entry.wrapping_add(1);
                before = *end;
            }
            let child = duckdb_list_vector_get_child(vector);
            self.child.commit(child, offset as usize);
            self.nulls.commit(vector, start);
        }
    }
}

/// STRUCTs: a stage for every field.
pub struct StructStage<F> {
    /// The stages of the fields, as a tuple.
    pub fields: F,
    rows: usize,
    nulls: Nulls,
}

impl<F: Fields> Default for StructStage<F> {
    fn default() -> Self {
        Self {
            fields: F::new(),
            rows: 0,
            nulls: Nulls::default(),
        }
    }
}

impl<F> StructStage<F> {
    /// Adds a row, whose fields are written beside.
    #[inline]
    pub fn push(&mut self) {
        self.rows += 1;
    }

    /// Adds a NULL, whose fields are NULL too.
    pub fn push_null(&mut self) {
        self.nulls.push(self.rows);
        self.rows += 1;
    }
}

impl<F: Fields> Stage for StructStage<F> {
    fn reserve(&mut self, more: usize) -> Result<()> {
        self.fields.reserve(more)
    }

    unsafe fn commit(&self, vector: ffi::duckdb_vector, start: usize) {
        // SAFETY: a STRUCT vector of these fields.
        unsafe {
            self.fields.commit(vector, start);
            self.nulls.commit(vector, start);
        }
    }
}

/// The stages of a STRUCT's fields.
pub trait Fields: Sized {
    /// Empty stages. (`Default` ends at tuples of twelve.)
    fn new() -> Self;

    /// Makes room for `more` rows in each.
    fn reserve(&mut self, more: usize) -> Result<()>;

    /// Hands every field over to its vector.
    ///
    /// # Safety
    /// As for [`Stage::commit`].
    unsafe fn commit(&self, vector: ffi::duckdb_vector, start: usize);
}

macro_rules! fields {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Stage, $($rest: Stage),*> Fields for ($first, $($rest,)*) {
            fn new() -> Self {
                ($first::default(), $($rest::default(),)*)
            }

            #[allow(non_snake_case)]
            fn reserve(&mut self, more: usize) -> Result<()> {
                let ($first, $($rest,)*) = self;
                $first.reserve(more)?;
                $($rest.reserve(more)?;)*
                Ok(())
            }

            #[allow(non_snake_case)]
            unsafe fn commit(&self, vector: ffi::duckdb_vector, start: usize) {
                let ($first, $($rest,)*) = self;
                let field = 0;
                // SAFETY: the STRUCT was declared with these fields in this order.
                unsafe {
                    $first.commit(duckdb_struct_vector_get_child(vector, field), start);
                    $(
                        let field = field + 1;
                        $rest.commit(duckdb_struct_vector_get_child(vector, field), start);
                    )*
                    let _ = field;
                }
            }
        }
        fields!($($rest)*);
    };
}

fields!(A B C D E F G H I J K L M N O P Q R S T U V W X);
