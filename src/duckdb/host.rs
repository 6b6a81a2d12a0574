//! DuckDB's own functions, as the extension calls them: any of them may throw.
//!
//! DuckDB is C++, and much of its C API allocates without catching what that throws. An
//! exception may cross a Rust frame only where every call on its way is declared as
//! unwinding, and the bindings declare `extern "C"`. So the calls that the extension makes are
//! listed here and read from the host's table as `extern "C-unwind"`. docs/design.md has the
//! rules that follow for callbacks.
//!
//! The list also is what keeps one file loadable everywhere: the bindings know 548 entries,
//! DuckDB 1.4 provides 459 of them, and only the first 404 are the stable API v1.2.0. An entry
//! beyond those does not compile.

use crate::error::{Error, Result};
use libduckdb_sys::*;
use std::ffi::{CStr, c_char, c_void};
use std::mem::{offset_of, transmute};
use std::sync::OnceLock;

/// The version that the extension's footer asks for.
const VERSION: &CStr = c"v1.2.0";

const STABLE_ENTRIES: usize = 404;

// The bindings' layout moves with their version; these are the first and the last
// entry of v1.2.0 as laid out by the header that froze it.
const _: () = assert!(offset_of!(duckdb_ext_api_v1, duckdb_open) == 0);
const _: () = assert!(
    offset_of!(duckdb_ext_api_v1, duckdb_stream_fetch_chunk)
        == (STABLE_ENTRIES - 1) * size_of::<usize>()
);

static HOST: OnceLock<Host> = OnceLock::new();

macro_rules! host {
    ($(fn $name:ident($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)?;)+) => {
        struct Host {
            $($name: unsafe extern "C-unwind" fn($($type),*) $(-> $result)?),+
        }

        impl Host {
            /// # Safety
            /// `table` must have the stable entries.
            unsafe fn read(table: *const duckdb_ext_api_v1) -> Option<Self> {
                $(const {
                    let stable = STABLE_ENTRIES * size_of::<usize>();
                    assert!(offset_of!(duckdb_ext_api_v1, $name) < stable);
                })+
                Some(Self {
                    $($name: {
                        type Bound = unsafe extern "C" fn($($type),*) $(-> $result)?;
                        type Throwing = unsafe extern "C-unwind" fn($($type),*) $(-> $result)?;
                        // SAFETY: a stable entry, of the type that the bindings give it.
                        let entry: Option<Bound> = unsafe { (&raw const (*table).$name).read() };
                        // SAFETY: ABIs that differ in nothing but `-unwind` are compatible.
                        unsafe { transmute::<Bound, Throwing>(entry?) }
                    }),+
                })
            }
        }

        $(
            /// # Safety
            /// As DuckDB documents it. The extension must have been loaded.
            #[inline]
            pub unsafe fn $name($($argument: $type),*) $(-> $result)? {
                // SAFETY: see above; nothing is called before `connect` has filled the table.
                unsafe { (HOST.get().unwrap_unchecked().$name)($($argument),*) }
            }
        )+
    };
}

host! {
    fn duckdb_add_scalar_function_to_set(set: duckdb_scalar_function_set, function: duckdb_scalar_function) -> duckdb_state;
    fn duckdb_aggregate_function_add_parameter(function: duckdb_aggregate_function, kind: duckdb_logical_type);
    fn duckdb_aggregate_function_set_destructor(function: duckdb_aggregate_function, destroy: duckdb_aggregate_destroy_t);
    fn duckdb_aggregate_function_set_error(info: duckdb_function_info, error: *const c_char);
    fn duckdb_aggregate_function_set_functions(
        function: duckdb_aggregate_function,
        state_size: duckdb_aggregate_state_size,
        initialise: duckdb_aggregate_init_t,
        update: duckdb_aggregate_update_t,
        combine: duckdb_aggregate_combine_t,
        finalize: duckdb_aggregate_finalize_t,
    );
    fn duckdb_aggregate_function_set_name(function: duckdb_aggregate_function, name: *const c_char);
    fn duckdb_aggregate_function_set_return_type(function: duckdb_aggregate_function, kind: duckdb_logical_type);
    fn duckdb_aggregate_function_set_special_handling(function: duckdb_aggregate_function);
    fn duckdb_connect(database: duckdb_database, connection: *mut duckdb_connection) -> duckdb_state;
    fn duckdb_create_aggregate_function() -> duckdb_aggregate_function;
    fn duckdb_create_enum_type(labels: *mut *const c_char, count: idx_t) -> duckdb_logical_type;
    fn duckdb_create_list_type(child: duckdb_logical_type) -> duckdb_logical_type;
    fn duckdb_create_logical_type(id: duckdb_type) -> duckdb_logical_type;
    fn duckdb_create_scalar_function() -> duckdb_scalar_function;
    fn duckdb_create_scalar_function_set(name: *const c_char) -> duckdb_scalar_function_set;
    fn duckdb_create_struct_type(types: *mut duckdb_logical_type, names: *mut *const c_char, count: idx_t) -> duckdb_logical_type;
    fn duckdb_data_chunk_get_size(chunk: duckdb_data_chunk) -> idx_t;
    fn duckdb_data_chunk_get_vector(chunk: duckdb_data_chunk, index: idx_t) -> duckdb_vector;
    fn duckdb_decimal_internal_type(kind: duckdb_logical_type) -> duckdb_type;
    fn duckdb_decimal_scale(kind: duckdb_logical_type) -> u8;
    fn duckdb_destroy_aggregate_function(function: *mut duckdb_aggregate_function);
    fn duckdb_destroy_data_chunk(chunk: *mut duckdb_data_chunk);
    fn duckdb_destroy_logical_type(kind: *mut duckdb_logical_type);
    fn duckdb_destroy_result(result: *mut duckdb_result);
    fn duckdb_destroy_scalar_function(function: *mut duckdb_scalar_function);
    fn duckdb_destroy_scalar_function_set(set: *mut duckdb_scalar_function_set);
    fn duckdb_disconnect(connection: *mut duckdb_connection);
    fn duckdb_enum_dictionary_size(kind: duckdb_logical_type) -> u32;
    fn duckdb_enum_dictionary_value(kind: duckdb_logical_type, index: idx_t) -> *mut c_char;
    fn duckdb_enum_internal_type(kind: duckdb_logical_type) -> duckdb_type;
    fn duckdb_fetch_chunk(result: duckdb_result) -> duckdb_data_chunk;
    fn duckdb_free(memory: *mut c_void);
    fn duckdb_get_type_id(kind: duckdb_logical_type) -> duckdb_type;
    fn duckdb_list_vector_get_child(vector: duckdb_vector) -> duckdb_vector;
    fn duckdb_list_vector_get_size(vector: duckdb_vector) -> idx_t;
    fn duckdb_list_vector_reserve(vector: duckdb_vector, capacity: idx_t) -> duckdb_state;
    fn duckdb_list_vector_set_size(vector: duckdb_vector, size: idx_t) -> duckdb_state;
    fn duckdb_query(connection: duckdb_connection, sql: *const c_char, result: *mut duckdb_result) -> duckdb_state;
    fn duckdb_register_aggregate_function(connection: duckdb_connection, function: duckdb_aggregate_function) -> duckdb_state;
    fn duckdb_register_scalar_function_set(connection: duckdb_connection, set: duckdb_scalar_function_set) -> duckdb_state;
    fn duckdb_result_error(result: *mut duckdb_result) -> *const c_char;
    fn duckdb_scalar_function_add_parameter(function: duckdb_scalar_function, kind: duckdb_logical_type);
    fn duckdb_scalar_function_set_error(info: duckdb_function_info, error: *const c_char);
    fn duckdb_scalar_function_set_function(function: duckdb_scalar_function, callback: duckdb_scalar_function_t);
    fn duckdb_scalar_function_set_name(function: duckdb_scalar_function, name: *const c_char);
    fn duckdb_scalar_function_set_return_type(function: duckdb_scalar_function, kind: duckdb_logical_type);
    fn duckdb_scalar_function_set_special_handling(function: duckdb_scalar_function);
    fn duckdb_struct_type_child_count(kind: duckdb_logical_type) -> idx_t;
    fn duckdb_struct_type_child_name(kind: duckdb_logical_type, index: idx_t) -> *mut c_char;
    fn duckdb_struct_vector_get_child(vector: duckdb_vector, index: idx_t) -> duckdb_vector;
    fn duckdb_vector_assign_string_element_len(vector: duckdb_vector, row: idx_t, text: *const c_char, length: idx_t);
    fn duckdb_vector_ensure_validity_writable(vector: duckdb_vector);
    fn duckdb_vector_get_column_type(vector: duckdb_vector) -> duckdb_logical_type;
    fn duckdb_vector_get_data(vector: duckdb_vector) -> *mut c_void;
    fn duckdb_vector_get_validity(vector: duckdb_vector) -> *mut u64;
}

macro_rules! access {
    ($($name:ident: fn($($argument:ident: $type:ty),*) $(-> $result:ty)?;)+) => {$(
        /// # Safety
        /// Both arguments are those of the entry point, which is running.
        pub unsafe fn $name(
            access: *const duckdb_extension_access,
            $($argument: $type),*
        ) -> Option<access!(@ $($result)?)> {
            type Bound = unsafe extern "C" fn($($type),*) $(-> $result)?;
            type Throwing = unsafe extern "C-unwind" fn($($type),*) $(-> $result)?;
            // SAFETY: valid while the entry point runs; the ABIs differ in nothing but `-unwind`.
            unsafe { Some(transmute::<Bound, Throwing>((*access).$name?)($($argument),*)) }
        }
    )+};
    (@) => { () };
    (@ $result:ty) => { $result };
}

// What the entry point is given beside the table.
access! {
    get_api: fn(info: duckdb_extension_info, version: *const c_char) -> *const c_void;
    get_database: fn(info: duckdb_extension_info) -> *mut duckdb_database;
    set_error: fn(info: duckdb_extension_info, error: *const c_char);
}

/// Fetches the stable API from the host. Must succeed before anything else is called.
///
/// # Safety
/// `info` and `access` must be the ones DuckDB passed to the entry point.
pub unsafe fn connect(
    info: duckdb_extension_info,
    access: *const duckdb_extension_access,
) -> Result<()> {
    let unavailable = "this DuckDB does not offer the C extension API v1.2.0; version 1.4 or later \
                       is needed";
    // SAFETY: see above. A host that grants v1.2.0 provides at least its 404 entries, and the
    // assertions above place them at the start of the bindings' table.
    let host = unsafe {
        get_api(access, info, VERSION.as_ptr())
            .map(|table| table.cast::<duckdb_ext_api_v1>())
            .filter(|table| !table.is_null())
            .and_then(|table| Host::read(table))
    };
    // A second database of the process brings the same table.
    let _ = HOST.set(host.ok_or_else(|| Error::DuckDb(unavailable.into()))?);
    Ok(())
}
