//! The means of the similarities, by which a customer's similarities are divided.

use crate::duckdb::{Aggregate, Blob, Constant, Prepare};
use crate::error::Result;
use crate::models::intent::basket::Basket;
use crate::models::intent::calibration::{Days, ScaleSums};
use crate::models::intent::reading::Reading;

/// The horizon, with its tables.
impl Prepare for Reading {
    type Raw<'a> = i32;
    fn prepare(horizon_days: i32) -> Result<Self> {
        Ok(Self::new(horizon_days))
    }
}

/// `__audience_intent_scales(basket BLOB, weights BLOB, horizon_days INTEGER) → BLOB`
pub struct IntentScales;

impl Aggregate for IntentScales {
    const NAME: &'static str = "__audience_intent_scales";
    type Args<'a> = (&'a [u8], &'a [u8], Constant<Reading>);
    type State = ScaleSums;
    type Out = Blob;

    fn update(state: &mut ScaleSums, (basket, weights, reading): Self::Args<'_>) -> Result<()> {
        let days = Days::open(weights, reading.get()?)?;
        state.add(Basket::open(basket)?, &days)
    }

    fn combine(into: &mut ScaleSums, from: &ScaleSums) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut ScaleSums) -> Result<Option<Blob>> {
        Ok(Some(Blob(state.pack()?)))
    }
}
