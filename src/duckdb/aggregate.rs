//! Aggregate functions.

use super::args::Chunk;
use super::callback::{caught, declared};
use super::caller::Caller;
use super::connection::Connection;
use super::host::*;
use super::stage::{Stage, Write};
use super::{Args, c_string};
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
    /// The arguments. A NULL in one that is not an `Option` skips the row.
    type Args<'a>: Args<'a>;
    /// What is kept per group. Lives in DuckDB's memory, hence aligned to at most 8. Its
    /// default must be made of constants: it cannot fail.
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
    const { assert!(align_of::<Kept<A::State>>() <= 8) };
    // SAFETY: all handles are live; DuckDB copies the function; the callbacks read
    // the argument types and the state declared here.
    let state = unsafe {
        let mut function = duckdb_create_aggregate_function();
        duckdb_aggregate_function_set_name(function, c_string(A::NAME).as_ptr());
        if Caller::column_count(A::NAME) > 0 {
            let kind = Caller::logical_type();
            duckdb_aggregate_function_add_parameter(function, kind.raw());
        }
        for kind in A::Args::logical_types() {
            duckdb_aggregate_function_add_parameter(function, kind.raw());
        }
        duckdb_aggregate_function_set_return_type(function, A::Out::logical_type().raw());
        if <A::Args<'static> as Args<'static>>::ACCEPTS_NULL {
            duckdb_aggregate_function_set_special_handling(function);
        }
        duckdb_aggregate_function_set_functions(
            function,
            Some(state_size::<A>),
            Some(initialise::<A>),
            declared!(update::<A> => (Info, ffi::duckdb_data_chunk, States)),
            declared!(combine::<A> => (Info, States, States, u64)),
            declared!(finish::<A> => (Info, States, ffi::duckdb_vector, u64, u64)),
        );
        if needs_drop::<Kept<A::State>>() {
            duckdb_aggregate_function_set_destructor(function, Some(destroy::<A>));
        }
        let state = duckdb_register_aggregate_function(connection.raw(), function);
        duckdb_destroy_aggregate_function(&mut function);
        state
    };
    if state == ffi::DuckDBSuccess {
        return Ok(());
    }
    Err(Error::DuckDb(format!(
        "DuckDB did not accept the aggregate {}",
        A::NAME
    )))
}

type Info = ffi::duckdb_function_info;
type States = *mut ffi::duckdb_aggregate_state;

/// What DuckDB holds of a group.
#[derive(Default)]
struct Kept<S> {
    state: S,
    /// Whom an error names where there are no arguments any more.
    caller: Caller,
}

/// Runs the part of a callback that is our own code; an error becomes the query's.
///
/// # Safety
/// `info` must be the one of the current callback.
unsafe fn guarded<A: Aggregate, T>(
    info: Info,
    caller: Caller,
    body: impl FnOnce() -> Result<T>,
) -> Option<T> {
    caught(caller.name(A::NAME), body)
        // SAFETY: DuckDB copies the message.
        .map_err(|message| unsafe {
            duckdb_aggregate_function_set_error(info, message.as_ptr());
        })
        .ok()
}

unsafe extern "C" fn state_size<A: Aggregate>(_info: Info) -> u64 {
    size_of::<Kept<A::State>>() as u64
}

/// Cannot fail, because DuckDB would later destroy a state that was never written: a default
/// state is made of constants.
unsafe extern "C" fn initialise<A: Aggregate>(_info: Info, state: ffi::duckdb_aggregate_state) {
    // SAFETY: DuckDB passes `state_size` bytes, aligned to 8.
    unsafe { state.cast::<Kept<A::State>>().write(Kept::default()) }
}

unsafe extern "C-unwind" fn update<A: Aggregate>(
    info: Info,
    input: ffi::duckdb_data_chunk,
    states: States,
) {
    // SAFETY: the flattened chunk of this callback, and a state for every row.
    unsafe {
        let chunk = Chunk::new(input);
        let caller = Caller::of(A::NAME, &chunk);
        let columns = A::Args::columns(&chunk, Caller::column_count(A::NAME));
        let states = std::slice::from_raw_parts(states, chunk.rows);
        guarded::<A, _>(info, caller, || {
            for row in 0..states.len() {
                prefetch::<Kept<A::State>>(states, row);
                if let Some(args) = A::Args::read(&columns, row) {
                    // Several rows may share a state, but only one reference exists at a time.
                    let kept = &mut *states[row].cast::<Kept<A::State>>();
                    kept.caller = caller;
                    A::update(&mut kept.state, args)?;
                }
            }
            Ok(())
        });
    }
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

/// Whom an error names: all states belong to one query.
///
/// # Safety
/// `count` initialised states.
unsafe fn caller<A: Aggregate>(states: States, count: u64) -> Caller {
    (0..count as usize).fold(Caller::default(), |caller, index| {
        // SAFETY: see above.
        caller.or(unsafe { (*(*states.add(index)).cast::<Kept<A::State>>()).caller })
    })
}

unsafe extern "C-unwind" fn combine<A: Aggregate>(
    info: Info,
    sources: States,
    targets: States,
    count: u64,
) {
    // SAFETY: `count` pairs of initialised, distinct states.
    unsafe {
        let caller = caller::<A>(sources, count);
        guarded::<A, _>(info, caller, || {
            for index in 0..count as usize {
                let source = &*(*sources.add(index)).cast::<Kept<A::State>>();
                let target = &mut *(*targets.add(index)).cast::<Kept<A::State>>();
                target.caller = target.caller.or(source.caller);
                A::combine(&mut target.state, &source.state)?;
            }
            Ok(())
        });
    }
}

unsafe extern "C-unwind" fn finish<A: Aggregate>(
    info: Info,
    states: States,
    result: ffi::duckdb_vector,
    count: u64,
    offset: u64,
) {
    // SAFETY: `count` initialised states, and a result with room for them from `offset` on.
    unsafe {
        let caller = caller::<A>(states, count);
        let results = guarded::<A, _>(info, caller, || {
            let mut results = <A::Out as Write>::Staged::default();
            results.reserve(count as usize)?;
            for index in 0..count as usize {
                let kept = &mut *(*states.add(index)).cast::<Kept<A::State>>();
                A::finish(&mut kept.state)?.write(&mut results)?;
            }
            Ok(results)
        });
        if let Some(results) = results {
            results.commit(result, offset as usize);
        }
    }
}

/// A destructor has nobody to report to, and no need for memory.
unsafe extern "C" fn destroy<A: Aggregate>(states: States, count: u64) {
    for index in 0..count as usize {
        let _ = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: each initialised state is destroyed once.
            unsafe {
                (*states.add(index))
                    .cast::<Kept<A::State>>()
                    .drop_in_place()
            }
        }));
    }
}
