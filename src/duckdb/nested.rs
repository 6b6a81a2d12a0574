//! LIST, STRUCT and ENUM as Rust types.

use super::vectors::ValidityMut;
use super::{LogicalType, Read, Validity, Vector, Write};
use libduckdb_sys as ffi;
use std::ops::Range;
use std::rc::Rc;

/// A LIST argument, read element by element.
pub struct List<'a, T: Read<'a>> {
    child: Rc<T::Column>,
    rows: Range<usize>,
}

impl<'a, T: Read<'a>> List<'a, T> {
    /// The elements; `None` where one is NULL.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<T>> {
        self.rows.clone().map(|row| T::read(&self.child, row))
    }
}

/// A LIST vector and its opened child.
pub struct ListColumn<'a, T: Read<'a>> {
    entries: &'a [ffi::duckdb_list_entry],
    validity: Validity<'a>,
    child: Rc<T::Column>,
}

impl<'a, T: Read<'a>> Read<'a> for List<'a, T> {
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
impl<'a, T: Read<'a>> Read<'a> for Vec<T> {
    type Column = ListColumn<'a, T>;
    fn logical_type() -> LogicalType {
        List::<T>::logical_type()
    }
    fn column(vector: Vector<'a>) -> Self::Column {
        List::<T>::column(vector)
    }
    fn read(column: &Self::Column, row: usize) -> Option<Self> {
        List::<T>::read(column, row)?.iter().collect()
    }
}

/// A LIST result.
impl<T: Write> Write for Vec<T> {
    type Column<'a> = (Vector<'a>, ValidityMut<'a>);
    fn logical_type() -> LogicalType {
        LogicalType::list(&T::logical_type())
    }
    fn column(vector: Vector<'_>) -> Self::Column<'_> {
        (vector, vector.validity_mut())
    }
    fn write(self, (vector, _): &mut Self::Column<'_>, row: usize) {
        let length = self.len();
        let offset = vector.grow_list(length);
        vector.values_mut::<ffi::duckdb_list_entry>()[row] = ffi::duckdb_list_entry {
            offset: offset as u64,
            length: length as u64,
        };
        // Growing may move the child, so it is opened anew for every list.
        let mut child = T::column(vector.list_child());
        for (index, item) in self.into_iter().enumerate() {
            item.write(&mut child, offset + index);
        }
    }
    fn write_null((vector, validity): &mut Self::Column<'_>, row: usize) {
        vector.values_mut::<ffi::duckdb_list_entry>()[row] = ffi::duckdb_list_entry {
            offset: 0,
            length: 0,
        };
        validity.set_null(row);
    }
}

/// Writes the lists of a whole chunk: their items one after the other, and where the list of
/// each row ends.
pub fn write_lists<T: Write>(
    (vector, _): &mut (Vector, ValidityMut),
    ends: &[usize],
    items: Vec<T>,
) {
    let offset = vector.grow_list(items.len());
    let mut start = 0;
    for (entry, &end) in vector.values_mut().iter_mut().zip(ends) {
        *entry = ffi::duckdb_list_entry {
            offset: (offset + start) as u64,
            length: (end - start) as u64,
        };
        start = end;
    }
    let mut child = T::column(vector.list_child());
    for (index, item) in items.into_iter().enumerate() {
        item.write(&mut child, offset + index);
    }
}

/// Declares a SQL STRUCT: the Rust struct's field names and types are the SQL ones.
///
/// A NULL in a field that is not an `Option` makes the whole value NULL.
macro_rules! sql_struct {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident : $type:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type),+ }

        impl<'a> $crate::duckdb::Read<'a> for $name
        where $($type: $crate::duckdb::Read<'a>),+
        {
            type Column = (
                $crate::duckdb::Validity<'a>,
                ($(<$type as $crate::duckdb::Read<'a>>::Column,)+),
            );
            fn logical_type() -> $crate::duckdb::LogicalType {
                $crate::duckdb::LogicalType::structure(&[
                    $((stringify!($field), <$type as $crate::duckdb::Read<'a>>::logical_type())),+
                ])
            }
            fn column(vector: $crate::duckdb::Vector<'a>) -> Self::Column {
                let mut fields = 0..;
                let mut next = || vector.field(fields.next().unwrap_or_default());
                (
                    vector.validity(),
                    ($(<$type as $crate::duckdb::Read<'a>>::column(next()),)+),
                )
            }
            #[inline]
            fn read((validity, ($($field,)+)): &Self::Column, row: usize) -> Option<Self> {
                if !validity.is_valid(row) {
                    return None;
                }
                Some(Self {
                    $($field: <$type as $crate::duckdb::Read<'a>>::read($field, row)?),+
                })
            }
        }

        impl $crate::duckdb::Write for $name {
            type Column<'a> = (
                $crate::duckdb::ValidityMut<'a>,
                ($(<$type as $crate::duckdb::Write>::Column<'a>,)+),
            );
            fn logical_type() -> $crate::duckdb::LogicalType {
                $crate::duckdb::LogicalType::structure(&[
                    $((stringify!($field), <$type as $crate::duckdb::Write>::logical_type())),+
                ])
            }
            fn column(vector: $crate::duckdb::Vector<'_>) -> Self::Column<'_> {
                let mut fields = 0..;
                let mut next = || vector.field(fields.next().unwrap_or_default());
                (
                    vector.validity_mut(),
                    ($(<$type as $crate::duckdb::Write>::column(next()),)+),
                )
            }
            #[inline]
            fn write(self, (_, ($($field,)+)): &mut Self::Column<'_>, row: usize) {
                $($crate::duckdb::Write::write(self.$field, $field, row);)+
            }
            fn write_null((validity, ($($field,)+)): &mut Self::Column<'_>, row: usize) {
                validity.set_null(row);
                $(<$type as $crate::duckdb::Write>::write_null($field, row);)+
            }
        }
    };
}

/// Declares a Rust enum as a SQL ENUM. The variants are listed in the order of its
/// `LABELS`, which is the order in which SQL sorts and compares them.
macro_rules! sql_enum {
    ($type:ty: $($variant:ident),+ $(,)?) => {
        const _: () = {
            const ALL: &[$type] = &[$(<$type>::$variant),+];
            assert!(ALL.len() == <$type>::LABELS.len());
        };
        impl $crate::duckdb::Write for $type {
            type Column<'a> = $crate::duckdb::CodesMut<'a>;
            fn logical_type() -> $crate::duckdb::LogicalType {
                $crate::duckdb::LogicalType::enumeration(&<$type>::LABELS)
            }
            fn column(vector: $crate::duckdb::Vector<'_>) -> Self::Column<'_> {
                $crate::duckdb::CodesMut::new(vector)
            }
            #[inline]
            fn write(self, column: &mut Self::Column<'_>, row: usize) {
                column.write(self as u8, row);
            }
            fn write_null(column: &mut Self::Column<'_>, row: usize) {
                column.write_null(row);
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

pub(crate) use {sql_enum, sql_struct};
