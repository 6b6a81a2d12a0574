//! Aggregates over more rows than one query sees: the state of each part as a BLOB, and the result
//! of all of them.
//!
//! `__audience_NAME_state` has the arguments of `__audience_NAME` and gives its state.
//! `__audience_NAME_merged` adds states up and gives its result, bit for bit that over all rows:
//! [`Aggregate::combine`] depends on neither order nor split, and a state is read as it was.
//! `__audience_NAME_summed` adds states up to a state, where there are more than one query should see.

use crate::duckdb::{Aggregate, Blob, Connection, aggregate};
use crate::error::{Error, Result};
use crate::models::numerics::bytes::{Reader, Writer, foreign};
use crate::models::numerics::stored::Storable;
use std::marker::PhantomData;

/// An aggregate with a [`Storable`] state.
pub trait Mergeable: Aggregate<State: Storable> {
    /// The SQL name of what gives the state.
    const STATE: &'static str;
    /// The SQL name of what adds states up.
    const MERGED: &'static str;
    /// The SQL name of what adds states up to a state.
    const SUMMED: &'static str;
}

/// Registers an aggregate and those that belong to it.
pub(crate) fn register<A: Mergeable>(connection: &Connection) -> Result<()> {
    aggregate::<A>(connection)?;
    aggregate::<StateOf<A>>(connection)?;
    aggregate::<Merged<A>>(connection)?;
    aggregate::<Summed<A>>(connection)
}

/// `__audience_NAME_state(…) → BLOB`
pub struct StateOf<A>(PhantomData<A>);

impl<A: Mergeable> Aggregate for StateOf<A> {
    const NAME: &'static str = A::STATE;
    type Args<'a> = A::Args<'a>;
    type State = A::State;
    type Out = Blob;

    fn update(state: &mut A::State, args: A::Args<'_>) -> Result<()> {
        A::update(state, args)
    }

    fn combine(into: &mut A::State, from: &A::State) -> Result<()> {
        A::combine(into, from)
    }

    fn finish(state: &mut A::State) -> Result<Option<Blob>> {
        write::<A>(state).map(Blob).map(Some)
    }
}

/// `__audience_NAME_merged(states BLOB) → …`. One state at a time is in memory besides the sum.
pub struct Merged<A>(PhantomData<A>);

impl<A: Mergeable> Aggregate for Merged<A> {
    const NAME: &'static str = A::MERGED;
    type Args<'a> = (&'a [u8],);
    type State = A::State;
    type Out = A::Out;

    fn update(state: &mut A::State, (bytes,): (&[u8],)) -> Result<()> {
        A::combine(state, &read::<A>(bytes)?)
    }

    fn combine(into: &mut A::State, from: &A::State) -> Result<()> {
        A::combine(into, from)
    }

    fn finish(state: &mut A::State) -> Result<Option<A::Out>> {
        A::finish(state)
    }
}

/// `__audience_NAME_summed(states BLOB) → BLOB`. One state at a time is in memory besides the sum.
pub struct Summed<A>(PhantomData<A>);

impl<A: Mergeable> Aggregate for Summed<A> {
    const NAME: &'static str = A::SUMMED;
    type Args<'a> = (&'a [u8],);
    type State = A::State;
    type Out = Blob;

    fn update(state: &mut A::State, (bytes,): (&[u8],)) -> Result<()> {
        A::combine(state, &read::<A>(bytes)?)
    }

    fn combine(into: &mut A::State, from: &A::State) -> Result<()> {
        A::combine(into, from)
    }

    fn finish(state: &mut A::State) -> Result<Option<Blob>> {
        write::<A>(state).map(Blob).map(Some)
    }
}

/// The first bytes of every state.
const MAGIC: u32 = u32::from_le_bytes(*b"AudS");

fn write<A: Mergeable>(state: &A::State) -> Result<Vec<u8>> {
    let mut writer = Writer::default();
    writer.value(MAGIC)?;
    writer.slice(A::NAME.bytes())?;
    writer.value(A::State::FORMAT)?;
    state.write(&mut writer)?;
    Ok(writer.finish())
}

fn read<A: Mergeable>(bytes: &[u8]) -> Result<A::State> {
    let refused = |problem: String| Error::argument("states", problem);
    let mut reader = Reader::new(bytes);
    let header = |reader: &mut Reader<'_>| -> Result<(bool, u32)> {
        let is_state = reader.value::<u32>()? == MAGIC;
        let is_mine = reader.slice::<u8>()?.iter().eq(A::NAME.bytes());
        Ok((is_state && is_mine, reader.value::<u32>()?))
    };
    let (is_mine, format) = header(&mut reader).unwrap_or((false, 0));
    if !is_mine {
        let what = A::NAME.trim_start_matches("__audience_");
        return Err(refused(format!("must be those of {what}")));
    }
    if format != A::State::FORMAT {
        return Err(refused(format!(
            "have the format version {format}, and this version of audience reads {}; make them anew",
            A::State::FORMAT
        )));
    }
    let state = A::State::read(&mut reader).and_then(|state| reader.end().map(|()| state));
    // What is too large for this process is no fault of the bytes.
    state.map_err(|error| match error {
        error if error == foreign() => refused("are damaged".into()),
        error => error,
    })
}
