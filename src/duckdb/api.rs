//! Binding to DuckDB's function table, limited to its stable part.
//!
//! The bindings know 548 entries, DuckDB 1.4 provides 459 of them, and only the
//! first 404 are the stable API v1.2.0. Reading past a host's table is undefined
//! behaviour, so exactly the stable entries are copied and the rest stay unset:
//! a call to one of them is a panic (hence a SQL error), never a wild jump.

use crate::error::{Error, Result};
use libduckdb_sys as ffi;
use std::ffi::{c_char, c_void};
use std::mem::{offset_of, size_of};
use std::sync::OnceLock;

/// The version that the extension's footer asks for.
pub const VERSION: &std::ffi::CStr = c"v1.2.0";

const STABLE_ENTRIES: usize = 404;

// The bindings' layout moves with their version; these are the first and the last
// entry of v1.2.0 as laid out by the header that froze it.
const _: () = assert!(offset_of!(ffi::duckdb_ext_api_v1, duckdb_open) == 0);
const _: () = assert!(
    offset_of!(ffi::duckdb_ext_api_v1, duckdb_stream_fetch_chunk)
        == (STABLE_ENTRIES - 1) * size_of::<usize>()
);

static STABLE: OnceLock<Table> = OnceLock::new();

struct Table(ffi::duckdb_ext_api_v1);

// SAFETY: the table holds only function pointers and is never written after its
// creation.
unsafe impl Sync for Table {}
// SAFETY: as above.
unsafe impl Send for Table {}

/// Fetches the stable API from the host and hands it to the bindings.
///
/// # Safety
/// `info` and `access` must be the ones DuckDB passed to the entry point.
pub unsafe fn initialise(
    info: ffi::duckdb_extension_info,
    access: *const ffi::duckdb_extension_access,
) -> Result<()> {
    let unavailable = || {
        Error::DuckDb("audience: this DuckDB does not offer the C extension API v1.2.0; version 1.4 or later is needed".into())
    };
    // SAFETY: `access` is valid for the duration of the entry point.
    let access = unsafe { &*access };
    let get_api = access.get_api.ok_or_else(unavailable)?;
    // SAFETY: both arguments are DuckDB's own.
    let host = unsafe { get_api(info, VERSION.as_ptr()) }.cast::<usize>();
    if host.is_null() {
        return Err(unavailable());
    }
    STABLE.get_or_init(|| {
        // SAFETY: every field is an `Option<fn>`, for which all-zero means `None`.
        let mut table: ffi::duckdb_ext_api_v1 = unsafe { std::mem::zeroed() };
        // SAFETY: a host that grants v1.2.0 provides at least its 404 entries, and
        // the assertions above place them at the start of the bindings' table.
        unsafe {
            std::ptr::copy_nonoverlapping(host, (&raw mut table).cast::<usize>(), STABLE_ENTRIES);
        }
        Table(table)
    });
    let shim = ffi::duckdb_extension_access {
        set_error: access.set_error,
        get_database: access.get_database,
        get_api: Some(stable_table),
    };
    // SAFETY: the shim hands out a table as large as the bindings expect.
    match unsafe { ffi::duckdb_rs_extension_api_init(info, &shim, "v1.2.0") } {
        Ok(true) => Ok(()),
        _ => Err(unavailable()),
    }
}

unsafe extern "C" fn stable_table(
    _info: ffi::duckdb_extension_info,
    _version: *const c_char,
) -> *const c_void {
    STABLE
        .get()
        .map_or(std::ptr::null(), |table| (&raw const table.0).cast())
}
