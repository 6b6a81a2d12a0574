//! The argument tuples of SQL functions.

use super::host::*;
use super::{LogicalType, Read, Vector};
use libduckdb_sys as ffi;

/// A tuple of arguments.
pub trait Args<'a>: Sized {
    /// The opened vectors.
    type Columns;
    /// How many arguments the tuple has.
    const COUNT: usize;
    /// Whether any argument wants to see NULLs.
    const ACCEPTS_NULL: bool;
    /// The SQL types.
    fn logical_types() -> Vec<LogicalType>;
    /// Opens the vectors from the `first` one on.
    fn columns(chunk: &Chunk<'a>, first: usize) -> Self::Columns;
    /// A row's arguments; `None` where one that must not be NULL is.
    fn read(columns: &Self::Columns, row: usize) -> Option<Self>;
}

/// A chunk of argument vectors, valid for one callback.
pub struct Chunk<'a> {
    raw: ffi::duckdb_data_chunk,
    /// The number of rows.
    pub rows: usize,
    callback: std::marker::PhantomData<&'a ()>,
}

impl<'a> Chunk<'a> {
    /// # Safety
    /// `raw` must be the live chunk of the current callback.
    pub(super) unsafe fn new(raw: ffi::duckdb_data_chunk) -> Self {
        Self {
            raw,
            // SAFETY: see above.
            rows: unsafe { duckdb_data_chunk_get_size(raw) } as usize,
            callback: std::marker::PhantomData,
        }
    }

    pub(super) fn vector(&self, index: usize) -> Vector<'a> {
        // SAFETY: the chunk has a vector for every declared argument, and DuckDB
        // flattens them to the chunk's size before the call.
        unsafe {
            Vector::new(
                duckdb_data_chunk_get_vector(self.raw, index as u64),
                self.rows,
            )
        }
    }
}

/// Two argument tuples one after the other.
pub struct Chain<A, B>(pub A, pub B);

impl<'a, A: Args<'a>, B: Args<'a>> Args<'a> for Chain<A, B> {
    type Columns = (A::Columns, B::Columns);
    const COUNT: usize = A::COUNT + B::COUNT;
    const ACCEPTS_NULL: bool = A::ACCEPTS_NULL || B::ACCEPTS_NULL;
    fn logical_types() -> Vec<LogicalType> {
        let mut types = A::logical_types();
        types.extend(B::logical_types());
        types
    }
    fn columns(chunk: &Chunk<'a>, first: usize) -> Self::Columns {
        (
            A::columns(chunk, first),
            B::columns(chunk, first + A::COUNT),
        )
    }
    #[inline]
    fn read((a, b): &Self::Columns, row: usize) -> Option<Self> {
        Some(Self(A::read(a, row)?, B::read(b, row)?))
    }
}

macro_rules! tuple {
    ($count:literal; $($type:ident $index:tt),*) => {
        impl<'a, $($type: Read<'a>),*> Args<'a> for ($($type,)*) {
            type Columns = ($($type::Column,)*);
            const COUNT: usize = $count;
            const ACCEPTS_NULL: bool = false $(|| $type::ACCEPTS_NULL)*;
            fn logical_types() -> Vec<LogicalType> {
                vec![$($type::logical_type()),*]
            }
            #[allow(unused_variables, clippy::unused_unit)]
            fn columns(chunk: &Chunk<'a>, first: usize) -> Self::Columns {
                ($($type::column(chunk.vector(first + $index)),)*)
            }
            #[inline]
            #[allow(unused_variables)]
            fn read(columns: &Self::Columns, row: usize) -> Option<Self> {
                Some(($($type::read(&columns.$index, row)?,)*))
            }
        }
    };
}

tuple!(0;);
tuple!(1; A 0);
tuple!(2; A 0, B 1);
tuple!(3; A 0, B 1, C 2);
tuple!(4; A 0, B 1, C 2, D 3);
tuple!(5; A 0, B 1, C 2, D 3, E 4);
tuple!(6; A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(7; A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(8; A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
