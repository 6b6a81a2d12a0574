//! Scalar functions.

use super::args::Chunk;
use super::callback::{caught, declared};
use super::caller::Caller;
use super::connection::Connection;
use super::host::*;
use super::stage::{Stage, Write};
use super::{Args, c_string};
use crate::error::{Error, Result};
use libduckdb_sys as ffi;

/// A SQL scalar function, called once per row.
///
/// A NULL in an argument that is not an `Option` gives NULL without a call.
pub trait Scalar: 'static {
    /// The SQL name.
    const NAME: &'static str;
    /// The arguments.
    type Args<'a>: Args<'a>;
    /// The result.
    type Out: Write;
    /// The result for one row; `None` is NULL.
    fn call(args: Self::Args<'_>) -> Result<Option<Self::Out>>;
}

/// A SQL scalar function, called once per chunk of rows. Every [`Scalar`] is one.
pub trait ChunkScalar: 'static {
    /// The SQL name.
    const NAME: &'static str;
    /// The arguments.
    type Args<'a>: Args<'a>;
    /// The result.
    type Out: Write;
    /// Writes the results of `rows` rows, one after the other.
    fn run<'a>(
        columns: &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <Self::Out as Write>::Staged,
    ) -> Result<()>;
}

impl<S: Scalar> ChunkScalar for S {
    const NAME: &'static str = S::NAME;
    type Args<'a> = S::Args<'a>;
    type Out = S::Out;

    fn run<'a>(
        columns: &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <Self::Out as Write>::Staged,
    ) -> Result<()> {
        for row in 0..rows {
            let value = match S::Args::read(columns, row) {
                Some(args) => S::call(args)?,
                None => None,
            };
            value.write(results)?;
        }
        Ok(())
    }
}

/// Registers a function without further overloads.
pub(crate) fn register<S: ChunkScalar>(connection: &Connection) -> Result<()> {
    ScalarSet::of::<S>().register(connection)
}

/// The overloads of one SQL name.
pub struct ScalarSet {
    name: &'static str,
    raw: ffi::duckdb_scalar_function_set,
}

impl ScalarSet {
    /// A set with `S` as its first overload.
    pub fn of<S: ChunkScalar>() -> Self {
        // SAFETY: DuckDB copies the name; the handle is owned.
        let raw = unsafe { duckdb_create_scalar_function_set(c_string(S::NAME).as_ptr()) };
        Self { name: S::NAME, raw }.and::<S>()
    }

    /// The set with `S` as a further overload.
    pub fn and<S: ChunkScalar>(self) -> Self {
        debug_assert_eq!(self.name, S::NAME);
        // SAFETY: all handles are live; the function is copied into the set and
        // destroyed once; `execute::<S>` reads the argument types declared here.
        unsafe {
            let mut function = duckdb_create_scalar_function();
            duckdb_scalar_function_set_name(function, c_string(S::NAME).as_ptr());
            if Caller::column_count(S::NAME) > 0 {
                let kind = Caller::logical_type();
                duckdb_scalar_function_add_parameter(function, kind.raw());
            }
            for kind in S::Args::logical_types() {
                duckdb_scalar_function_add_parameter(function, kind.raw());
            }
            duckdb_scalar_function_set_return_type(function, S::Out::logical_type().raw());
            if <S::Args<'static> as Args<'static>>::ACCEPTS_NULL {
                duckdb_scalar_function_set_special_handling(function);
            }
            let callback =
                declared!(execute::<S> => (Info, ffi::duckdb_data_chunk, ffi::duckdb_vector));
            duckdb_scalar_function_set_function(function, callback);
            duckdb_add_scalar_function_to_set(self.raw, function);
            duckdb_destroy_scalar_function(&mut function);
        }
        self
    }

    /// Registers the set with the database.
    pub(crate) fn register(self, connection: &Connection) -> Result<()> {
        // SAFETY: connection and set are live; DuckDB copies the set.
        let state = unsafe { duckdb_register_scalar_function_set(connection.raw(), self.raw) };
        if state == ffi::DuckDBSuccess {
            return Ok(());
        }
        Err(Error::DuckDb(format!(
            "DuckDB did not accept the function {}",
            self.name
        )))
    }
}

impl Drop for ScalarSet {
    fn drop(&mut self) {
        // SAFETY: the handle is owned and dropped once.
        unsafe { duckdb_destroy_scalar_function_set(&mut self.raw) };
    }
}

type Info = ffi::duckdb_function_info;

unsafe extern "C-unwind" fn execute<S: ChunkScalar>(
    info: Info,
    input: ffi::duckdb_data_chunk,
    output: ffi::duckdb_vector,
) {
    // SAFETY: DuckDB passes the flattened chunk, live during this call.
    let chunk = unsafe { Chunk::new(input) };
    let caller = Caller::of(S::NAME, &chunk);
    let columns = S::Args::columns(&chunk, Caller::column_count(S::NAME));
    let rows = chunk.rows;
    let results = caught(caller.name(S::NAME), || {
        let mut results = <S::Out as Write>::Staged::default();
        results.reserve(rows)?;
        S::run(&columns, rows, &mut results)?;
        Ok(results)
    });
    // SAFETY: the result vector has as many rows as the chunk; DuckDB copies the message.
    unsafe {
        match results {
            Ok(results) => results.commit(output, 0),
            Err(message) => duckdb_scalar_function_set_error(info, message.as_ptr()),
        }
    }
}
