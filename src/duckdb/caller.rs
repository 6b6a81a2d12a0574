//! Whom an error names.
//!
//! Analysts call macros, macros call internal functions, and several macros share most of
//! those. So every internal function has an argument in front, the name of the public function
//! that was called. The glue declares the argument, reads it, and keeps it beside an
//! aggregate's state; the functions themselves know nothing of it.

use super::args::Chunk;
use super::catalog::header;
use super::extension::Extension;
use super::{LogicalType, Read};
use std::borrow::Cow;
use std::sync::OnceLock;

/// The beginning of the names of internal functions.
const INTERNAL: &str = "__audience_";

/// The names of all public macros. A [`Caller`] is the place of one.
static PUBLIC: OnceLock<Vec<&'static str>> = OnceLock::new();

/// Collects the names. Must come before a function is registered.
pub(super) fn prepare(extension: &Extension) {
    PUBLIC.get_or_init(|| {
        let names = extension.macros().filter_map(header);
        let names = names.map(|header| header.name.trim_start_matches("audience."));
        names.filter(|name| !name.starts_with("__")).collect()
    });
}

fn public() -> &'static [&'static str] {
    PUBLIC.get().map_or(&[], Vec::as_slice)
}

/// The public function that was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caller(Option<u8>);

impl Caller {
    /// The argument's type.
    pub(super) fn logical_type() -> LogicalType {
        LogicalType::varchar()
    }

    /// The one that a chunk's first column names, if the function `name` has such a column.
    pub(super) fn of(name: &str, chunk: &Chunk) -> Self {
        if chunk.rows == 0 || Self::column_count(name) == 0 {
            return Self::default();
        }
        let name = Cow::<str>::read(&Cow::<str>::column(chunk.vector(0)), 0);
        let place = name.and_then(|name| public().iter().position(|public| *public == name));
        Self(place.and_then(|place| u8::try_from(place).ok()))
    }

    /// How many columns the arguments of the function `name` have in front of its own.
    pub(super) fn column_count(name: &str) -> usize {
        usize::from(name.starts_with(INTERNAL))
    }

    /// This one, or `other` where it is not known.
    pub fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }

    /// What an error in the function `function` is reported as.
    pub(super) fn name(self, function: &'static str) -> Option<&'static str> {
        let known = self.0.and_then(|place| public().get(usize::from(place)));
        let own = (!function.starts_with(INTERNAL)).then_some(function);
        known.copied().or(own)
    }
}
