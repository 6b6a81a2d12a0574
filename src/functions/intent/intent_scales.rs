//! The means of the similarities, by which a customer's similarities are divided.

use crate::duckdb::{Aggregate, Blob, Constant, Prepare};
use crate::error::Result;
use crate::functions::mergeable::Mergeable;
use crate::functions::opened::{Open, Opened};
use crate::models::intent::basket::Basket;
use crate::models::intent::reading::{Reading, checked_horizon};
use crate::models::intent::scales::{BothDays, Days, ScaleSums, open_both};

/// The horizon, with its tables.
impl Prepare for Reading {
    type Raw<'a> = i32;
    fn prepare(horizon_days: i32) -> Result<Self> {
        checked_horizon(horizon_days).map(Self::new)
    }
}

impl<'a> Open<'a> for BothDays<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self> {
        open_both(bytes)
    }
}

/// `__audience_intent_scales(basket BLOB, weights BLOB, horizon_days INTEGER) → BLOB`
pub struct IntentScales;

impl Aggregate for IntentScales {
    const NAME: &'static str = "__audience_intent_scales";
    type Args<'a> = (&'a [u8], Opened<BothDays<'a>>, Constant<Reading>);
    type State = ScaleSums;
    type Out = Blob;

    fn update(state: &mut ScaleSums, (basket, weights, reading): Self::Args<'_>) -> Result<()> {
        let days = Days {
            weights: *weights.get()?,
            reading: reading.get()?,
        };
        state.add(Basket::open(basket)?, &days)
    }

    fn combine(into: &mut ScaleSums, from: &ScaleSums) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut ScaleSums) -> Result<Option<Blob>> {
        Ok(Some(Blob(state.pack()?)))
    }
}

impl Mergeable for IntentScales {
    const STATE: &'static str = "__audience_intent_scales_state";
    const MERGED: &'static str = "__audience_intent_scales_merged";
    const SUMMED: &'static str = "__audience_intent_scales_summed";
}
