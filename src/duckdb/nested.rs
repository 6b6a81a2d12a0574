//! LIST and ENUM as Rust types.

use super::stage::{ListStage, Write};
use super::{Date, LogicalType, Read, Same, Timestamp, Validity, Vector};
use crate::error::Result;
use libduckdb_sys as ffi;
use std::ops::Range;
use std::rc::Rc;

/// What can be the element of a LIST argument.
///
/// Before DuckDB 2.0 a cast may leave a constant NULL as a field of the STRUCTs in a LIST (related
/// to duckdb#17298), which the C API cannot tell from a flat vector: all rows but the first are
/// then whatever lies there. Of a number that is only a wrong number, from a call by hand; of a
/// text or a list it would be a pointer to nowhere. So these are no [`ItemField`].
pub trait ListItem<'a>: Read<'a> {}

/// What can be a field of a STRUCT in a LIST argument: numbers, and a text whose NULL is an error,
/// which ends the query at the first row.
pub trait ItemField<'a>: Read<'a> {}

/// Numbers, and STRUCTs of nothing else.
pub trait Numeric<'a>: Read<'a> {}

impl<'a, T: Numeric<'a>> ItemField<'a> for T {}
impl ItemField<'_> for String {}

macro_rules! list_items {
    ($($type:ty),+) => {$(
        impl ListItem<'_> for $type {}
        impl Numeric<'_> for $type {}
        impl ListItem<'_> for Option<$type> {}
        impl Numeric<'_> for Option<$type> {}
    )+};
}
list_items!(bool, i32, i64, f64, Date, Timestamp);
impl ListItem<'_> for String {}
impl<'a> ListItem<'a> for &'a [u8] {}
impl ListItem<'_> for Option<String> {}

/// A LIST argument, read element by element.
pub struct List<'a, T: ListItem<'a>> {
    child: Rc<T::Column>,
    rows: Range<usize>,
}

impl<'a, T: ListItem<'a>> List<'a, T> {
    /// The elements; `None` where one is NULL.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<T>> {
        self.rows.clone().map(|row| T::read(&self.child, row))
    }
}

/// A LIST vector and its opened child.
pub struct ListColumn<'a, T: ListItem<'a>> {
    entries: &'a [ffi::duckdb_list_entry],
    validity: Validity<'a>,
    child: Rc<T::Column>,
}

impl<'a, T: ListItem<'a>> Read<'a> for List<'a, T> {
    type Column = ListColumn<'a, T>;
    fn logical_type() -> LogicalType {
        LogicalType::list(&T::logical_type())
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        ListColumn {
            entries: vector.values(),
            validity: vector.validity(),
            child: Rc::new(T::column(vector.list_child())),
        }
    }
    fn read(column: &Self::Column, row: usize) -> Option<Self> {
        column.validity.is_valid(row).then(|| {
            let entry = column.entries[row];
            let start = entry.offset as usize;
            List {
                child: Rc::clone(&column.child),
                rows: start..start + entry.length as usize,
            }
        })
    }
}

/// A LIST argument, collected; an element that is NULL and must not be makes it NULL.
impl<'a, T: ListItem<'a>> Read<'a> for Vec<T> {
    type Column = ListColumn<'a, T>;
    fn logical_type() -> LogicalType {
        List::<T>::logical_type()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        List::<T>::column(vector)
    }
    fn read(column: &Self::Column, row: usize) -> Option<Self> {
        let list = List::<T>::read(column, row)?;
        let elements = list.iter();
        // The length is lost where NULL ends the collection.
        let mut all = Self::with_capacity(elements.len());
        for element in elements {
            all.push(element?);
        }
        Some(all)
    }
}

impl<'a, T: ListItem<'a> + Same<'a>> Same<'a> for Vec<T> {
    fn is_same(column: &Self::Column, row: usize, other: usize) -> bool {
        let (entry, of) = (column.entries[row], column.entries[other]);
        match (
            column.validity.is_valid(row),
            column.validity.is_valid(other),
        ) {
            // All rows of a constant have the same elements of the child.
            (true, true) => {
                entry.length == of.length
                    && (entry.offset == of.offset
                        || (0..entry.length).all(|place| {
                            let (one, two) = (entry.offset + place, of.offset + place);
                            T::is_same(&column.child, one as usize, two as usize)
                        }))
            }
            (is_valid, is_other) => is_valid == is_other,
        }
    }
}

/// A LIST result.
impl<T: Write> Write for Vec<T> {
    type Staged = ListStage<T::Staged>;
    fn logical_type() -> LogicalType {
        LogicalType::list(&T::logical_type())
    }
    fn write(self, staged: &mut Self::Staged) -> Result<()> {
        let length = self.len();
        staged.begin(length)?;
        for item in self {
            item.write(&mut staged.child)?;
        }
        staged.end(length);
        Ok(())
    }
    fn write_null(staged: &mut Self::Staged) {
        staged.push_null();
    }
}

/// Writes the lists of a whole chunk: their items one after the other, and where the list of
/// each row ends.
pub fn write_lists<T: Write>(
    staged: &mut ListStage<T::Staged>,
    ends: &[usize],
    items: Vec<T>,
) -> Result<()> {
    staged.begin(items.len())?;
    for item in items {
        item.write(&mut staged.child)?;
    }
    let mut start = 0;
    for &end in ends {
        staged.end(end - start);
        start = end;
    }
    Ok(())
}

/// Declares a Rust enum as a SQL ENUM. The variants are listed in the order of its
/// `LABELS`, which is the order in which SQL sorts and compares them.
macro_rules! sql_enum {
    ($type:ty: $($variant:ident),+ $(,)?) => {
        const _: () = {
            let all = [$(<$type>::$variant),+];
            assert!(all.len() == <$type>::LABELS.len());
            let mut place = 0;
            while place < all.len() {
                // The code of a label is its variant's discriminant.
                assert!(all[place] as usize == place);
                place += 1;
            }
        };
        impl $crate::duckdb::Write for $type {
            type Staged = $crate::duckdb::PlainStage<u8>;
            fn logical_type() -> $crate::duckdb::LogicalType {
                $crate::duckdb::LogicalType::enumeration(&<$type>::LABELS)
            }
            #[inline]
            fn write(self, staged: &mut Self::Staged) -> $crate::error::Result<()> {
                staged.push(self as u8);
                Ok(())
            }
            fn write_null(staged: &mut Self::Staged) {
                staged.push_null();
            }
        }
        impl<'a> $crate::duckdb::Read<'a> for $type {
            type Column = $crate::duckdb::Codes<'a>;
            fn logical_type() -> $crate::duckdb::LogicalType {
                $crate::duckdb::LogicalType::enumeration(&<$type>::LABELS)
            }
            fn column(vector: $crate::duckdb::Vector<'a>) -> Self::Column {
                $crate::duckdb::Codes::new(vector)
            }
            #[inline]
            fn read(column: &Self::Column, row: usize) -> Option<Self> {
                let all = [$(<$type>::$variant),+];
                all.get(usize::from(column.read(row)?)).copied()
            }
        }
    };
}

pub(crate) use sql_enum;
