//! Whether a label stands at another one or beyond it, in the order of its kind.

use crate::duckdb::Scalar;
use crate::error::{Error, Result};
use crate::models::lifecycle::rules::LifecycleStage;
use crate::models::value::tiers::ImportanceTier;
use std::borrow::Cow;

/// The kinds of labels whose order means more or less of something.
const KINDS: [&[&str]; 2] = [&LifecycleStage::LABELS, &ImportanceTier::LABELS];

/// `__audience_at_least(label VARCHAR, least VARCHAR) → BOOLEAN`
pub struct AtLeast;

impl Scalar for AtLeast {
    const NAME: &'static str = "__audience_at_least";
    type Args<'a> = (Cow<'a, str>, Cow<'a, str>);
    type Out = bool;

    fn call((label, least): Self::Args<'_>) -> Result<Option<bool>> {
        let place = |kind: &[&str], name: &str| kind.iter().position(|known| *known == name);
        let found = KINDS
            .iter()
            .find_map(|kind| Some((*kind, place(kind, &least)?)));
        let Some((kind, border)) = found else {
            return Err(unknown("least", &least, &KINDS.concat()));
        };
        match place(kind, &label) {
            Some(stands) => Ok(Some(stands >= border)),
            None => Err(unknown("label", &label, kind)),
        }
    }
}

fn unknown(argument: &'static str, given: &str, known: &[&str]) -> Error {
    let known = known.join(", ");
    Error::argument(argument, format!("must be one of {known}, got {given}"))
}
