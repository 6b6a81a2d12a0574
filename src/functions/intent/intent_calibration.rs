//! Calibrates purchase intent on what the customers of one horizon ago have bought since.

use crate::duckdb::{Aggregate, Blob, Constant};
use crate::error::Result;
use crate::functions::mergeable::Mergeable;
use crate::functions::opened::Opened;
use crate::models::intent::basket::Basket;
use crate::models::intent::calibration::CalibrationCounts;
use crate::models::intent::reading::Reading;
use crate::models::intent::scales::{BothDays, Days, Scales};

/// `__audience_intent_calibration(basket BLOB, weights BLOB, scales BLOB, horizon_days INTEGER)
/// → BLOB`
///
/// The result solves two equations per label, each over a histogram of 2,048 bins.
pub struct IntentCalibration;

impl Aggregate for IntentCalibration {
    const NAME: &'static str = "__audience_intent_calibration";
    type Args<'a> = (
        &'a [u8],
        Opened<BothDays<'a>>,
        Constant<Scales>,
        Constant<Reading>,
    );
    type State = CalibrationCounts;
    type Out = Blob;

    fn update(
        state: &mut CalibrationCounts,
        (basket, weights, scales, reading): Self::Args<'_>,
    ) -> Result<()> {
        let days = Days {
            weights: *weights.get()?,
            reading: reading.get()?,
        };
        state.add(Basket::open(basket)?, &days, scales.get()?)
    }

    fn combine(into: &mut CalibrationCounts, from: &CalibrationCounts) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut CalibrationCounts) -> Result<Option<Blob>> {
        Ok(Some(Blob(state.pack()?)))
    }
}

impl Mergeable for IntentCalibration {
    const STATE: &'static str = "__audience_intent_calibration_state";
    const MERGED: &'static str = "__audience_intent_calibration_merged";
    const SUMMED: &'static str = "__audience_intent_calibration_summed";
}
