//! Aggregate functions.

use super::args::Chunk;
use super::connection::Connection;
use super::vectors::{Vector, Write};
use super::{Args, c_string, message, panic_message};
use crate::error::{Error, Result};
use libduckdb_sys as ffi;
use std::mem::{align_of, needs_drop, size_of};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A SQL aggregate function.
///
/// The laws that every implementation keeps (tests/laws.rs): a default state is the
/// identity of `combine`; the result depends neither on the order of the rows nor on
/// how they were split; `combine` leaves its source as it was, because DuckDB uses it
/// again in sliding windows; `finish` can be repeated and the state still updated
/// afterwards.
pub trait Aggregate: 'static {
    /// The SQL name.
    const NAME: &'static str;
    /// The function that errors name: for internal ones, the one that the analyst called.
    const REPORTED_AS: &'static str = Self::NAME;
    /// The arguments. A NULL in one that is not an `Option` skips the row.
    type Args<'a>: Args<'a>;
    /// What is kept per group. Lives in DuckDB's memory, hence aligned to at most 8.
    type State: Default + Send + 'static;
    /// The result.
    type Out: Write;
    /// Adds a row.
    fn update(state: &mut Self::State, args: Self::Args<'_>) -> Result<()>;
    /// Adds another group's rows.
    fn combine(into: &mut Self::State, from: &Self::State) -> Result<()>;
    /// The result; `None` is NULL.
    fn finish(state: &mut Self::State) -> Result<Option<Self::Out>>;
}

/// Registers `A` with the database.
pub(crate) fn register<A: Aggregate>(connection: &Connection) -> Result<()> {
    const { assert!(align_of::<A::State>() <= 8) };
    // SAFETY: all handles are live; DuckDB copies the function; the callbacks read
    // the argument types and the state declared here.
    let state = unsafe {
        let mut function = ffi::duckdb_create_aggregate_function();
        ffi::duckdb_aggregate_function_set_name(function, c_string(A::NAME).as_ptr());
        for kind in A::Args::logical_types() {
            ffi::duckdb_aggregate_function_add_parameter(function, kind.raw());
        }
        ffi::duckdb_aggregate_function_set_return_type(function, A::Out::logical_type().raw());
        if <A::Args<'static> as Args<'static>>::ACCEPTS_NULL {
            ffi::duckdb_aggregate_function_set_special_handling(function);
        }
        ffi::duckdb_aggregate_function_set_functions(
            function,
            Some(state_size::<A>),
            Some(initialise::<A>),
            Some(update::<A>),
            Some(combine::<A>),
            Some(finish::<A>),
        );
        if needs_drop::<A::State>() {
            ffi::duckdb_aggregate_function_set_destructor(function, Some(destroy::<A>));
        }
        let state = ffi::duckdb_register_aggregate_function(connection.raw(), function);
        ffi::duckdb_destroy_aggregate_function(&mut function);
        state
    };
    if state == ffi::DuckDBSuccess {
        return Ok(());
    }
    Err(Error::DuckDb(format!(
        "audience: DuckDB did not accept the aggregate {}",
        A::NAME
    )))
}

/// Runs a callback's body; an error or a panic becomes the query's error.
fn guard<A: Aggregate>(info: ffi::duckdb_function_info, body: impl FnOnce() -> Result<()>) {
    let failure = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => return,
        Ok(Err(error)) => message(A::REPORTED_AS, &error),
        Err(panic) => panic_message(A::REPORTED_AS, &*panic),
    };
    // SAFETY: DuckDB copies the message.
    unsafe { ffi::duckdb_aggregate_function_set_error(info, c_string(&failure).as_ptr()) };
}

unsafe extern "C" fn state_size<A: Aggregate>(_info: ffi::duckdb_function_info) -> u64 {
    size_of::<A::State>() as u64
}

unsafe extern "C" fn initialise<A: Aggregate>(
    info: ffi::duckdb_function_info,
    state: ffi::duckdb_aggregate_state,
) {
    guard::<A>(info, || {
        // SAFETY: DuckDB passes `state_size` bytes, aligned to 8.
        unsafe { state.cast::<A::State>().write(A::State::default()) };
        Ok(())
    });
}

unsafe extern "C" fn update<A: Aggregate>(
    info: ffi::duckdb_function_info,
    input: ffi::duckdb_data_chunk,
    states: *mut ffi::duckdb_aggregate_state,
) {
    guard::<A>(info, || {
        // SAFETY: the flattened chunk of this callback.
        let chunk = unsafe { Chunk::new(input) };
        let columns = A::Args::columns(&chunk, 0);
        // SAFETY: DuckDB passes a state for every row.
        let ahead = unsafe { std::slice::from_raw_parts(states, chunk.rows) };
        for row in 0..chunk.rows {
            prefetch::<A::State>(ahead, row);
            if let Some(args) = A::Args::read(&columns, row) {
                // SAFETY: one initialised state per row; several rows may share a
                // state, but only one reference exists at a time.
                A::update(unsafe { &mut *(*states.add(row)).cast() }, args)?;
            }
        }
        Ok(())
    });
}

/// Asks for the state that is needed a few rows on. With many groups nearly every state
/// is a cache miss, and the wait for memory would be most of the aggregate's time.
fn prefetch<S>(states: &[ffi::duckdb_aggregate_state], row: usize) {
    const DISTANCE: usize = 12;
    #[cfg(target_arch = "x86_64")]
    if let Some(&state) = states.get(row + DISTANCE) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let first = state.cast::<i8>().cast_const();
        let last = first.wrapping_add(size_of::<S>().saturating_sub(1));
        // SAFETY: prefetching is a hint that may name any address.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(first);
            _mm_prefetch::<_MM_HINT_T0>(last);
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (states, row, DISTANCE);
}

unsafe extern "C" fn combine<A: Aggregate>(
    info: ffi::duckdb_function_info,
    sources: *mut ffi::duckdb_aggregate_state,
    targets: *mut ffi::duckdb_aggregate_state,
    count: u64,
) {
    guard::<A>(info, || {
        for index in 0..count as usize {
            // SAFETY: `count` pairs of initialised, distinct states.
            unsafe {
                let source = (*sources.add(index)).cast::<A::State>();
                let target = (*targets.add(index)).cast::<A::State>();
                A::combine(&mut *target, &*source)?;
            }
        }
        Ok(())
    });
}

unsafe extern "C" fn finish<A: Aggregate>(
    info: ffi::duckdb_function_info,
    states: *mut ffi::duckdb_aggregate_state,
    result: ffi::duckdb_vector,
    count: u64,
    offset: u64,
) {
    guard::<A>(info, || {
        let (count, offset) = (count as usize, offset as usize);
        // SAFETY: the result has room for the rows that DuckDB asks for.
        let mut result = A::Out::column(unsafe { Vector::new(result, offset + count) });
        for index in 0..count {
            // SAFETY: `count` initialised states.
            let state = unsafe { &mut *(*states.add(index)).cast() };
            match A::finish(state)? {
                Some(value) => value.write(&mut result, offset + index),
                None => A::Out::write_null(&mut result, offset + index),
            }
        }
        Ok(())
    });
}

unsafe extern "C" fn destroy<A: Aggregate>(states: *mut ffi::duckdb_aggregate_state, count: u64) {
    for index in 0..count as usize {
        // A panic in a destructor has nobody to report to; it must only not unwind
        // into DuckDB.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: each initialised state is destroyed once.
            unsafe { (*states.add(index)).cast::<A::State>().drop_in_place() }
        }));
    }
}
