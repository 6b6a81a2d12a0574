//! `audience`: customer segmentation and marketing audiences in SQL, as a DuckDB
//! extension.
//!
//! - [`models`] is the mathematics: numbers in, numbers out.
//! - [`functions`] makes SQL functions of it, one file each, and lists them all.
//! - [`duckdb`] is the glue to DuckDB's C API and holds all `unsafe` code.
//! - `sql/` composes the functions into the table functions that analysts call.

pub mod column;
#[allow(unsafe_code)]
pub mod duckdb;
pub mod error;
pub mod functions;
pub mod models;

/// What LOAD adds to DuckDB.
static EXTENSION: duckdb::Extension = duckdb::Extension {
    rooms: functions::ROOMS,
};
