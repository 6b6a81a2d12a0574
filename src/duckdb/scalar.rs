//! Scalar functions.

use super::args::Chunk;
use super::connection::Connection;
use super::vectors::{Vector, Write};
use super::{Args, c_string, message, panic_message};
use crate::error::{Error, Result};
use libduckdb_sys as ffi;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A SQL scalar function, called once per row.
///
/// A NULL in an argument that is not an `Option` gives NULL without a call.
pub trait Scalar: 'static {
    /// The SQL name.
    const NAME: &'static str;
    /// The function that errors name: for internal ones, the one that the analyst called.
    const REPORTED_AS: &'static str = Self::NAME;
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
    /// The function that errors name: for internal ones, the one that the analyst called.
    const REPORTED_AS: &'static str = Self::NAME;
    /// The arguments.
    type Args<'a>: Args<'a>;
    /// The result.
    type Out: Write;
    /// Writes the results of `rows` rows.
    fn run<'a>(
        columns: &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <Self::Out as Write>::Column<'a>,
    ) -> Result<()>;
}

impl<S: Scalar> ChunkScalar for S {
    const NAME: &'static str = S::NAME;
    const REPORTED_AS: &'static str = S::REPORTED_AS;
    type Args<'a> = S::Args<'a>;
    type Out = S::Out;

    fn run<'a>(
        columns: &<Self::Args<'a> as Args<'a>>::Columns,
        rows: usize,
        results: &mut <Self::Out as Write>::Column<'a>,
    ) -> Result<()> {
        for row in 0..rows {
            let value = match S::Args::read(columns, row) {
                Some(args) => S::call(args)?,
                None => None,
            };
            match value {
                Some(value) => value.write(results, row),
                None => S::Out::write_null(results, row),
            }
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
        let raw = unsafe { ffi::duckdb_create_scalar_function_set(c_string(S::NAME).as_ptr()) };
        Self { name: S::NAME, raw }.and::<S>()
    }

    /// The set with `S` as a further overload.
    pub fn and<S: ChunkScalar>(self) -> Self {
        debug_assert_eq!(self.name, S::NAME);
        // SAFETY: all handles are live; the function is copied into the set and
        // destroyed once; `execute::<S>` reads the argument types declared here.
        unsafe {
            let mut function = ffi::duckdb_create_scalar_function();
            ffi::duckdb_scalar_function_set_name(function, c_string(S::NAME).as_ptr());
            for kind in S::Args::logical_types() {
                ffi::duckdb_scalar_function_add_parameter(function, kind.raw());
            }
            ffi::duckdb_scalar_function_set_return_type(function, S::Out::logical_type().raw());
            if <S::Args<'static> as Args<'static>>::ACCEPTS_NULL {
                ffi::duckdb_scalar_function_set_special_handling(function);
            }
            ffi::duckdb_scalar_function_set_function(function, Some(execute::<S>));
            ffi::duckdb_add_scalar_function_to_set(self.raw, function);
            ffi::duckdb_destroy_scalar_function(&mut function);
        }
        self
    }

    /// Registers the set with the database.
    pub(crate) fn register(self, connection: &Connection) -> Result<()> {
        // SAFETY: connection and set are live; DuckDB copies the set.
        let state = unsafe { ffi::duckdb_register_scalar_function_set(connection.raw(), self.raw) };
        if state == ffi::DuckDBSuccess {
            return Ok(());
        }
        Err(Error::DuckDb(format!(
            "audience: DuckDB did not accept the function {}",
            self.name
        )))
    }
}

impl Drop for ScalarSet {
    fn drop(&mut self) {
        // SAFETY: the handle is owned and dropped once.
        unsafe { ffi::duckdb_destroy_scalar_function_set(&mut self.raw) };
    }
}

unsafe extern "C" fn execute<S: ChunkScalar>(
    info: ffi::duckdb_function_info,
    input: ffi::duckdb_data_chunk,
    output: ffi::duckdb_vector,
) {
    let failure = match catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: DuckDB passes the flattened chunk and a result vector with as
        // many rows, both live during this call.
        let (chunk, output) = unsafe {
            let chunk = Chunk::new(input);
            let rows = chunk.rows;
            (chunk, Vector::new(output, rows))
        };
        let columns = S::Args::columns(&chunk, 0);
        S::run(&columns, chunk.rows, &mut S::Out::column(output))
    })) {
        Ok(Ok(())) => return,
        Ok(Err(error)) => message(S::REPORTED_AS, &error),
        Err(panic) => panic_message(S::REPORTED_AS, &*panic),
    };
    // SAFETY: DuckDB copies the message.
    unsafe { ffi::duckdb_scalar_function_set_error(info, c_string(&failure).as_ptr()) };
}
