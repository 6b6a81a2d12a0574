//! The connection over which the extension registers itself.

use super::args::Chunk;
use super::host::*;
use super::{Read, Vector, c_string};
use crate::error::{Error, Result};
use libduckdb_sys as ffi;
use std::borrow::Cow;
use std::ffi::CStr;

/// An owned connection to the host database.
pub struct Connection(ffi::duckdb_connection);

impl Connection {
    /// # Safety
    /// `database` must be the live database that is loading the extension.
    pub(super) unsafe fn open(database: ffi::duckdb_database) -> Result<Self> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: see above.
        if unsafe { duckdb_connect(database, &mut raw) } != ffi::DuckDBSuccess {
            return Err(Error::DuckDb("cannot connect to the database".into()));
        }
        Ok(Self(raw))
    }

    pub(super) fn raw(&self) -> ffi::duckdb_connection {
        self.0
    }

    /// Runs statements for their effect.
    pub fn execute(&self, sql: &str) -> Result<()> {
        self.query(sql).map(drop)
    }

    /// Whether a one-row, one-column BOOLEAN query gives true.
    pub fn holds(&self, sql: &str) -> Result<bool> {
        let result = self.query(sql)?;
        // SAFETY: the result is live; the chunk is owned and destroyed below.
        unsafe {
            let mut chunk = duckdb_fetch_chunk(result.0);
            if chunk.is_null() {
                return Ok(false);
            }
            let rows = Chunk::new(chunk).rows;
            let vector = Vector::new(duckdb_data_chunk_get_vector(chunk, 0), rows);
            let holds = rows > 0 && bool::read(&bool::column(vector), 0) == Some(true);
            duckdb_destroy_data_chunk(&mut chunk);
            Ok(holds)
        }
    }

    fn query(&self, sql: &str) -> Result<QueryResult> {
        // SAFETY: an all-zero result is what `duckdb_query` expects to fill.
        let mut result = QueryResult(unsafe { std::mem::zeroed() });
        // SAFETY: connection and text are live.
        let state = unsafe { duckdb_query(self.0, c_string(sql).as_ptr(), &mut result.0) };
        if state == ffi::DuckDBSuccess {
            return Ok(result);
        }
        // SAFETY: the message belongs to the result, which outlives the copy.
        let message = unsafe {
            let message = duckdb_result_error(&mut result.0);
            if message.is_null() {
                Cow::Borrowed("unknown error")
            } else {
                CStr::from_ptr(message).to_string_lossy()
            }
        };
        Err(Error::DuckDb(message.into_owned()))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: the handle is owned and dropped once.
        unsafe { duckdb_disconnect(&mut self.0) };
    }
}

struct QueryResult(ffi::duckdb_result);

impl Drop for QueryResult {
    fn drop(&mut self) {
        // SAFETY: the result is owned and dropped once.
        unsafe { duckdb_destroy_result(&mut self.0) };
    }
}
