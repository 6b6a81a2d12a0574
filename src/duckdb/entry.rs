//! The symbol that DuckDB calls on `LOAD audience`.

use super::callback::{message, silence_panics};
use super::connection::Connection;
use super::{c_string, caller, catalog, host};
use crate::EXTENSION;
use crate::error::{Error, Result};
use libduckdb_sys as ffi;

/// Loads the extension.
///
/// A failure is always reported through `set_error`: returning false alone is
/// fatal to the host and would invalidate the user's database. DuckDB may throw through this
/// function, so nothing in it may panic.
///
/// # Safety
/// Called by DuckDB only, with its own arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn audience_init_c_api(
    info: ffi::duckdb_extension_info,
    access: *const ffi::duckdb_extension_access,
) -> bool {
    silence_panics();
    // SAFETY: DuckDB's own arguments; DuckDB copies the message.
    unsafe {
        let Err(error) = load(info, access) else {
            return true;
        };
        let message = c_string(&message(None, &error));
        host::set_error(access, info, message.as_ptr());
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
        host::connect(info, access)?;
        let database = host::get_database(access, info).filter(|database| !database.is_null());
        Connection::open(
            *database.ok_or_else(|| Error::DuckDb("no database to load into".into()))?,
        )?
    };
    caller::prepare(&EXTENSION);
    if catalog::is_attached(&connection)? {
        return Ok(());
    }
    // DuckDB 2.0 loads an extension again under another name. The functions are still there
    // then, also when the catalog was detached.
    let is_registered = catalog::has_functions(&connection);
    let catalog = catalog::attach(&connection)?;
    let installed = connection
        .execute("BEGIN TRANSACTION")
        .and_then(|()| match is_registered {
            true => Ok(()),
            false => EXTENSION.register(&connection),
        })
        .and_then(|()| catalog::create_types(&connection, catalog, &EXTENSION))
        .and_then(|()| catalog::create_macros(&connection, catalog, &EXTENSION))
        .and_then(|()| connection.execute("COMMIT"));
    if installed.is_err() {
        // Leave nothing behind, so that a second LOAD can succeed. What fails here
        // has already been undone or was never done.
        let _ = connection.execute("ROLLBACK");
        let _ = connection.execute(&format!("DETACH {catalog}"));
    }
    installed
}
