//! The symbol that DuckDB calls on `LOAD audience`.

use super::connection::Connection;
use super::{api, c_string, catalog, panic_message};
use crate::error::{Error, Result};
use crate::functions;
use libduckdb_sys as ffi;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Loads the extension.
///
/// A failure is always reported through `set_error`: returning false alone is
/// fatal to the host and would invalidate the user's database.
///
/// # Safety
/// Called by DuckDB only, with its own arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn audience_init_c_api(
    info: ffi::duckdb_extension_info,
    access: *const ffi::duckdb_extension_access,
) -> bool {
    let failure = match catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: DuckDB's own arguments.
        unsafe { load(info, access) }
    })) {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic_message("LOAD", &*panic),
    };
    // SAFETY: `access` is valid during the call; DuckDB copies the message.
    unsafe {
        if let Some(set_error) = (*access).set_error {
            set_error(info, c_string(&failure).as_ptr());
        }
    }
    false
}

/// # Safety
/// As for [`audience_init_c_api`].
unsafe fn load(
    info: ffi::duckdb_extension_info,
    access: *const ffi::duckdb_extension_access,
) -> Result<()> {
    // SAFETY: DuckDB's own arguments; the database is live while it loads.
    let connection = unsafe {
        api::initialise(info, access)?;
        let database = (*access)
            .get_database
            .map_or(std::ptr::null_mut(), |get_database| get_database(info));
        if database.is_null() {
            return Err(Error::DuckDb("audience: no database to load into".into()));
        }
        Connection::open(*database)?
    };
    let catalog = catalog::attach(&connection)?;
    let installed = connection
        .execute("BEGIN TRANSACTION")
        .and_then(|()| functions::register(&connection))
        .and_then(|()| catalog::create_types(&connection, catalog))
        .and_then(|()| catalog::create_macros(&connection, catalog))
        .and_then(|()| connection.execute("COMMIT"));
    if installed.is_err() {
        // Leave nothing behind, so that a second LOAD can succeed. What fails here
        // has already been undone or was never done.
        let _ = connection.execute("ROLLBACK");
        let _ = connection.execute(&format!("DETACH {catalog}"));
    }
    installed
}
