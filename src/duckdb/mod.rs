//! The glue between DuckDB's stable C extension API (v1.2.0) and safe Rust.
//!
//! This module holds all `unsafe` code of the crate. Above it a SQL function is
//! a type that implements [`Scalar`] or [`Aggregate`]: tuples of Rust values in,
//! one Rust value out. NULL handling, vectors, panics and error messages are
//! dealt with here, once.

mod aggregate;
mod api;
mod args;
mod catalog;
mod connection;
mod constant;
mod dynamic;
mod entry;
mod nested;
mod scalar;
mod text;
mod types;
mod vectors;

pub use aggregate::Aggregate;
pub use args::{Args, Chain};
pub use constant::{Constant, Prepare, Repeated};
pub use dynamic::{AnyRow, Rows};
pub use nested::{List, write_lists};
pub(crate) use nested::{sql_enum, sql_struct};
pub use scalar::{ChunkScalar, Scalar, ScalarSet};
pub use text::Blob;
pub use types::{Date, LogicalType, Timestamp, Uuid};
pub use vectors::{Codes, CodesMut, Read, Validity, ValidityMut, Vector, Write};

pub(crate) use aggregate::register as aggregate;
pub(crate) use connection::Connection;
pub(crate) use scalar::register as scalar;

use crate::error::Error;
use std::any::Any;

/// What the analyst reads when the callback of a SQL function that is reported as `name`
/// fails. The name of an internal function would tell them nothing.
fn message(name: &str, error: &Error) -> String {
    if name.starts_with("__audience_") {
        format!("audience: {error}")
    } else {
        format!("audience: {name}: {error}")
    }
}

/// The same for a panic, which is a bug: say so, and keep the process alive.
fn panic_message(name: &str, panic: &(dyn Any + Send)) -> String {
    let reason = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("unknown reason");
    format!("audience: {name}: internal error, please report it: {reason}")
}

/// A C string; interior NULs become spaces rather than cutting the text short.
fn c_string(text: &str) -> std::ffi::CString {
    let bytes: Vec<u8> = text
        .bytes()
        .map(|b| if b == 0 { b' ' } else { b })
        .collect();
    std::ffi::CString::new(bytes).unwrap_or_default()
}
