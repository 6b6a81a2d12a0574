//! STRUCT as a Rust type: one of a function, or a model's own.

use super::{Date, Timestamp};

/// A model's value as SQL gave it. The STRUCT may have been put together by hand, so whoever takes
/// the value out checks it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unchecked<T>(pub T);

/// A value of a model as one of a SQL type, or the other way round. (`From` cannot be had for
/// `Option<Date>`.)
pub trait Translate<To> {
    /// The same value.
    fn translate(self) -> To;
}

impl<T> Translate<T> for T {
    #[inline]
    fn translate(self) -> T {
        self
    }
}

macro_rules! translate {
    ($($from:ty => $to:ty: $value:ident => $into:expr;)+) => {$(
        impl Translate<$to> for $from {
            #[inline]
            fn translate(self) -> $to {
                let $value = self;
                $into
            }
        }
        impl Translate<Option<$to>> for Option<$from> {
            #[inline]
            fn translate(self) -> Option<$to> {
                self.map(Translate::translate)
            }
        }
    )+};
}

translate! {
    i32 => Date: day => Date(day);
    Date => i32: date => date.0;
    i64 => Timestamp: micros => Timestamp(micros);
    // The models count rows and number products; neither reaches the sign.
    u64 => i64: count => count as i64;
    usize => i64: count => count as i64;
    u32 => i32: number => number as i32;
}

/// Declares a SQL STRUCT: the Rust struct's field names and types are the SQL ones.
///
/// A NULL in a field that is not an `Option` makes the whole value NULL.
macro_rules! sql_struct {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident : $type:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type),+ }

        $crate::duckdb::struct_columns!(Read for $name: $name, std::convert::identity, { $($field $field $type,)+ });
        $crate::duckdb::struct_columns!(Write for $name { $($field $field $type,)+ });
    };
}

/// Declares a model's struct as a SQL STRUCT, with each field's SQL name and type, and the model's
/// name for it where that is another:
///
/// ```text
/// sql_row!(Read, Write for Visit { visit_date: Date = day, amount: Option<f64> });
/// ```
///
/// An argument that is `Read` has the type [`Unchecked<Visit>`](Unchecked). The fields are all
/// fields of the struct. A NULL in one that is not an `Option` makes the whole value NULL.
macro_rules! sql_row {
    (Read, Write for $type:ident { $($fields:tt)+ }) => {
        $crate::duckdb::sql_row!(Read for $type { $($fields)+ });
        $crate::duckdb::sql_row!(Write for $type { $($fields)+ });
    };
    (Read for $type:ident { $($name:ident : $sql:ty $(= $field:ident)?),+ $(,)? }) => {
        $crate::duckdb::sql_row!(@both Read for [$type] [] $($name : $sql $(= $field)?,)+);
    };
    (Write for $type:ident { $($name:ident : $sql:ty $(= $field:ident)?),+ $(,)? }) => {
        $crate::duckdb::sql_row!(@both Write for [$type] [] $($name : $sql $(= $field)?,)+);
    };
    // Both names of every field, one field after the other.
    (@both $as:ident for [$type:ident] [$($done:tt)*] $name:ident : $sql:ty, $($rest:tt)*) => {
        $crate::duckdb::sql_row!(@both $as for [$type] [$($done)* $name $name $sql,] $($rest)*);
    };
    (@both $as:ident for [$type:ident] [$($done:tt)*] $name:ident : $sql:ty = $field:ident, $($rest:tt)*) => {
        $crate::duckdb::sql_row!(@both $as for [$type] [$($done)* $name $field $sql,] $($rest)*);
    };
    (@both Read for [$type:ident] [$($done:tt)+]) => {
        $crate::duckdb::struct_columns!(Read for $crate::duckdb::Unchecked<$type>: $type, $crate::duckdb::Unchecked, { $($done)+ });
    };
    (@both Write for [$type:ident] [$($done:tt)+]) => {
        $crate::duckdb::struct_columns!(Write for $type { $($done)+ });
    };
}

/// The columns of a STRUCT: each field's SQL name, Rust name and SQL type.
macro_rules! struct_columns {
    (Read for $target:ty: $type:ident, $wrap:expr, { $($name:ident $field:ident $sql:ty,)+ }) => {
        impl<'a> $crate::duckdb::ListItem<'a> for $target
        where $($sql: $crate::duckdb::ItemField<'a>),+ {}

        impl<'a> $crate::duckdb::Numeric<'a> for Option<$target>
        where $($sql: $crate::duckdb::Numeric<'a>),+ {}

        impl<'a> $crate::duckdb::Read<'a> for $target
        where $($sql: $crate::duckdb::Read<'a>),+
        {
            type Column = (
                $crate::duckdb::Validity<'a>,
                ($(<$sql as $crate::duckdb::Read<'a>>::Column,)+),
            );
            fn logical_type() -> $crate::duckdb::LogicalType {
                $crate::duckdb::LogicalType::structure(&[
                    $((stringify!($name), <$sql as $crate::duckdb::Read<'a>>::logical_type())),+
                ])
            }
            fn column(vector: $crate::duckdb::Vector<'a>) -> Self::Column {
                let mut fields = 0..;
                let mut next = || vector.field(fields.next().unwrap_or_default());
                (
                    vector.validity(),
                    ($(<$sql as $crate::duckdb::Read<'a>>::column(next()),)+),
                )
            }
            #[inline]
            fn read((validity, ($($name,)+)): &Self::Column, row: usize) -> Option<Self> {
                if !validity.is_valid(row) {
                    return None;
                }
                Some($wrap($type {
                    $($field: $crate::duckdb::Translate::translate(
                        <$sql as $crate::duckdb::Read<'a>>::read($name, row)?,
                    )),+
                }))
            }
        }

        impl<'a> $crate::duckdb::Same<'a> for $target
        where $($sql: $crate::duckdb::Same<'a>),+
        {
            fn is_same((validity, ($($name,)+)): &Self::Column, row: usize, other: usize) -> bool {
                match (validity.is_valid(row), validity.is_valid(other)) {
                    (true, true) => true $(&& <$sql as $crate::duckdb::Same<'a>>::is_same($name, row, other))+,
                    (is_valid, is_other) => is_valid == is_other,
                }
            }
            fn are_same(column: &Self::Column, rows: usize) -> bool {
                let (validity, ($($name,)+)) = column;
                if validity.mask().is_some() {
                    return (1..rows).all(|row| Self::is_same(column, row, 0));
                }
                true $(&& <$sql as $crate::duckdb::Same<'a>>::are_same($name, rows))+
            }
        }
    };
    (Write for $type:ident { $($name:ident $field:ident $sql:ty,)+ }) => {
        impl $crate::duckdb::Write for $type {
            type Staged = $crate::duckdb::StructStage<($(<$sql as $crate::duckdb::Write>::Staged,)+)>;
            fn logical_type() -> $crate::duckdb::LogicalType {
                $crate::duckdb::LogicalType::structure(&[
                    $((stringify!($name), <$sql as $crate::duckdb::Write>::logical_type())),+
                ])
            }
            #[inline]
            fn write(self, staged: &mut Self::Staged) -> $crate::error::Result<()> {
                // No field is forgotten.
                let Self { $($field: _,)+ } = &self;
                let ($($name,)+) = &mut staged.fields;
                $(<$sql as $crate::duckdb::Write>::write($crate::duckdb::Translate::translate(self.$field), $name)?;)+
                staged.push();
                Ok(())
            }
            fn write_null(staged: &mut Self::Staged) {
                let ($($name,)+) = &mut staged.fields;
                $(<$sql as $crate::duckdb::Write>::write_null($name);)+
                staged.push_null();
            }
        }
    };
}

pub(crate) use {sql_row, sql_struct, struct_columns};
