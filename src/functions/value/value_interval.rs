//! Between which sums a customer's value stays.

use crate::duckdb::{Constant, Date, Prepare, Scalar, Unchecked, sql_struct};
use crate::error::Result;
use crate::functions::history::{History, with_days};
use crate::functions::shop_scorer::ShopScorer;
use crate::models::numerics::checks::finite_sum;
use crate::models::value::horizon::ValueHorizon;
use crate::models::value::spend::SpendModel;
use crate::models::value::tiers::spent;
use std::rc::Rc;

sql_struct! {
    /// A prediction interval of the customer value.
    pub struct ValueRange {
        /// At most a tenth of such customers are worth less.
        pub low: f64,
        /// At most a tenth of such customers are worth more.
        pub high: f64,
    }
}

/// The share of customers below the interval, and above it.
const TAIL: f64 = 0.1;

impl Prepare for SpendModel {
    type Raw<'a> = Unchecked<Self>;
    fn prepare(model: Unchecked<Self>) -> Result<Self> {
        model.0.validate()?;
        Ok(model.0)
    }
}

/// `__audience_value_interval(history, gaps BLOB, model, spend STRUCT, as_of, value_days,
/// discount_rate DOUBLE) → STRUCT`
pub struct ValueInterval;

impl Scalar for ValueInterval {
    const NAME: &'static str = "__audience_value_interval";
    type Args<'a> = (
        History,
        Option<&'a [u8]>,
        Constant<Rc<ShopScorer>>,
        Constant<SpendModel>,
        Date,
        i32,
        f64,
    );
    type Out = ValueRange;

    fn call(
        (history, gaps, shop, spend, as_of, value_days, discount_rate): Self::Args<'_>,
    ) -> Result<Option<ValueRange>> {
        let (scorer, spend) = (shop.get()?, spend.get()?);
        let value = ValueHorizon::checked(value_days, discount_rate)?;
        with_days(history, gaps, |history, days| {
            let prospect = scorer.prospect(history, days, as_of.0)?;
            let (purchases, so_far) = spent(history);
            let [low, high] = spend.quantiles(
                purchases,
                so_far,
                &prospect.outlook(value.days),
                [TAIL, 1.0 - TAIL],
            )?;
            let worth = value.worth(&prospect);
            Ok(Some(ValueRange {
                low: finite_sum(so_far + worth * low)?,
                high: finite_sum(so_far + worth * high)?,
            }))
        })
    }
}
