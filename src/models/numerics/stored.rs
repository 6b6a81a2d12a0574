//! States of aggregates as bytes, so that what is learned from many rows can be added up in parts
//! that nobody has at once.

use super::bytes::{Reader, Writer};
use crate::error::{Error, Result};

/// A state of which the size does not grow with the rows, and which can be written and read.
pub trait Storable: Sized {
    /// The version of the form. Another one is an error, and never guessed at.
    const FORMAT: u32;

    /// Writes the state.
    ///
    /// # Errors
    ///
    /// When there is no memory for it.
    fn write(&self, to: &mut Writer) -> Result<()>;

    /// Reads what [`Storable::write`] wrote. The bytes come from SQL, so whatever cannot have been
    /// counted is refused here: whoever adds states up relies on it.
    ///
    /// # Errors
    ///
    /// When it was not written so.
    fn read(from: &mut Reader<'_>) -> Result<Self>;
}

/// The sum of two counts. Those of one query have room, those of states may be any.
///
/// # Errors
///
/// When it has none.
pub fn added(count: u32, other: u32) -> Result<u32> {
    count.checked_add(other).ok_or_else(|| {
        let problem = format!("have counts that together are more than {}", u32::MAX);
        Error::argument("states", problem)
    })
}
