//! The glue between DuckDB's stable C extension API (v1.2.0) and safe Rust.
//!
//! This module holds all `unsafe` code of the crate. Above it a SQL function is
//! a type that implements [`Scalar`] or [`Aggregate`]: tuples of Rust values in,
//! one Rust value out. NULL handling, vectors, exceptions, panics, memory that runs
//! out and error messages are dealt with here, once.

mod aggregate;
mod args;
mod callback;
mod caller;
mod catalog;
mod connection;
mod constant;
mod dynamic;
mod entry;
mod extension;
mod host;
mod nested;
mod reserve;
mod row;
mod scalar;
mod stage;
mod text;
mod types;
mod vectors;

pub use aggregate::Aggregate;
pub use args::{Args, Chain};
pub use constant::{Constant, Prepare, Repeated};
pub use dynamic::{AnyRow, Rows};
pub use extension::{Extension, Room};
pub(crate) use nested::sql_enum;
pub use nested::{ItemField, List, ListItem, Numeric, write_lists};
pub use row::{Translate, Unchecked};
pub(crate) use row::{sql_row, sql_struct, struct_columns};
pub use scalar::{ChunkScalar, Scalar, ScalarSet};
pub use stage::{BytesStage, Fields, ListStage, PlainStage, Stage, StructStage, Write};
pub use text::Blob;
pub use types::{Date, LogicalType, Null, Timestamp, Uuid};
pub use vectors::{Codes, Read, Same, Validity, Vector};

pub(crate) use aggregate::register as aggregate;
pub(crate) use connection::Connection;
pub(crate) use scalar::register as scalar;

/// A C string; interior NULs become spaces rather than cutting the text short.
fn c_string(text: &str) -> std::ffi::CString {
    let bytes: Vec<u8> = text
        .bytes()
        .map(|b| if b == 0 { b' ' } else { b })
        .collect();
    std::ffi::CString::new(bytes).unwrap_or_default()
}
