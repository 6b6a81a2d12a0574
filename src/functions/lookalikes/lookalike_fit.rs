//! Fits the model that tells the customers of a seed from the others, and measures how well it
//! does.

use crate::duckdb::{Aggregate, Blob, Constant, sql_struct};
use crate::error::Result;
use crate::functions::history::History;
use crate::functions::mergeable::Mergeable;
use crate::functions::opened::Opened;
use crate::models::intent::basket::Basket;
use crate::models::intent::reading::Reading;
use crate::models::intent::scales::BothDays;
use crate::models::lookalikes::profile::Profile;
use crate::models::lookalikes::quality::{hold_out, telling_figure};
use crate::models::lookalikes::sample::Sample;

sql_struct! {
    /// The model and its quality.
    pub struct LookalikeFitRow {
        /// NULL where nobody is a seed, or everybody.
        pub model: Option<Blob>,
        /// Customers who are seeds.
        pub seeds: i64,
        /// Customers who are not.
        pub others: i64,
        /// Seeds who bought a product that only seeds bought.
        pub exclusive: i64,
        /// The AUC of hidden seeds.
        pub auc: Option<f64>,
        /// The lower end of its 95 % interval.
        pub lower: Option<f64>,
        /// The upper end.
        pub upper: Option<f64>,
        /// The one figure that best tells who is a seed.
        pub figure: Option<String>,
        /// Its AUC.
        pub figure_auc: Option<f64>,
    }
}

/// `__audience_lookalike_fit(key BIGINT, basket BLOB, history STRUCT, weights BLOB, horizon_days
/// INTEGER) → STRUCT`. Label 0 of the weights is the seed; labels 1 to 5, where there are any,
/// are the seed without one fold each.
///
/// The state holds at most 65,536 seeds and as many others. The result fits at most six models to
/// them, which takes below 0.7 s for one and below 1.4 s for six.
pub struct LookalikeFit;

impl Aggregate for LookalikeFit {
    const NAME: &'static str = "__audience_lookalike_fit";
    type Args<'a> = (
        i64,
        &'a [u8],
        History,
        Opened<BothDays<'a>>,
        Constant<Reading>,
    );
    type State = Sample;
    type Out = LookalikeFitRow;

    fn update(
        state: &mut Sample,
        (key, basket, history, weights, reading): Self::Args<'_>,
    ) -> Result<()> {
        let [weights, _] = weights.get()?;
        let profile = Profile::new(
            &history.try_into()?,
            Basket::open(basket)?,
            weights,
            reading.get()?,
            |_, _, _, _| {},
        )?;
        if let Some(profile) = profile {
            state.add(key as u64, &profile)?;
        }
        Ok(())
    }

    fn combine(into: &mut Sample, from: &Sample) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut Sample) -> Result<Option<LookalikeFitRow>> {
        state.sort();
        let quality = hold_out(state)?;
        let figure = telling_figure(state)?;
        let model = state.model()?.map(|model| model.pack()).transpose()?;
        Ok(Some(LookalikeFitRow {
            model: model.map(Blob),
            seeds: state.seeds().customers as i64,
            others: state.others().customers as i64,
            exclusive: state.seeds().exclusive as i64,
            auc: quality.map(|quality| quality.auc),
            lower: quality.map(|quality| quality.lower),
            upper: quality.map(|quality| quality.upper),
            figure: figure.map(|(name, _)| name.to_owned()),
            figure_auc: figure.map(|(_, auc)| auc),
        }))
    }
}

impl Mergeable for LookalikeFit {
    const STATE: &'static str = "__audience_lookalike_fit_state";
    const MERGED: &'static str = "__audience_lookalike_fit_merged";
    const SUMMED: &'static str = "__audience_lookalike_fit_summed";
}
