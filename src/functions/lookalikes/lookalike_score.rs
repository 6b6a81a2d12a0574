//! How much a customer is like the customers of a seed, and why.

use crate::duckdb::{Constant, Prepare, Scalar, sql_struct};
use crate::error::Result;
use crate::functions::history::History;
use crate::functions::opened::Opened;
use crate::models::intent::basket::Basket;
use crate::models::intent::reading::Reading;
use crate::models::intent::scales::BothDays;
use crate::models::lookalikes::model::{Feature, LikenessReason, Lookalike};

sql_struct! {
    /// A customer outside the seed.
    pub struct LookalikeScoreRow {
        /// Log odds, by which customers are ranked.
        pub log_odds: f64,
        /// The probability that somebody like this is a seed.
        pub similarity: f64,
        /// The strongest reason.
        pub first: Option<LookalikeReason>,
        /// The second.
        pub second: Option<LookalikeReason>,
        /// The third.
        pub third: Option<LookalikeReason>,
    }
}

sql_struct! {
    /// What makes a customer like the seeds.
    pub struct LookalikeReason {
        /// The name of the figure; NULL for a product.
        pub figure: Option<String>,
        /// The product's number.
        pub product: Option<i32>,
        /// The customer's value; 1 for a product.
        pub value: f64,
        /// The seeds' median, or the share of them who bought the product.
        pub seeds: f64,
        /// The same of the others.
        pub others: f64,
        /// Its part in the log odds.
        pub contribution: f64,
    }
}

impl From<LikenessReason> for LookalikeReason {
    fn from(reason: LikenessReason) -> Self {
        let (figure, product) = match reason.feature {
            Feature::Figure(name) => (Some(name.to_owned()), None),
            Feature::Product(product) => (None, Some(product as i32)),
        };
        Self {
            figure,
            product,
            value: reason.value,
            seeds: reason.seeds,
            others: reason.others,
            contribution: reason.contribution,
        }
    }
}

impl Prepare for Lookalike {
    type Raw<'a> = &'a [u8];
    fn prepare(bytes: &[u8]) -> Result<Self> {
        Self::open(bytes)
    }
}

/// `__audience_lookalike_score(basket BLOB, history STRUCT, weights BLOB, model BLOB, horizon_days
/// INTEGER) → STRUCT`, NULL for a seed
pub struct LookalikeScore;

impl Scalar for LookalikeScore {
    const NAME: &'static str = "__audience_lookalike_score";
    type Args<'a> = (
        &'a [u8],
        History,
        Opened<BothDays<'a>>,
        Constant<Lookalike>,
        Constant<Reading>,
    );
    type Out = LookalikeScoreRow;

    fn call(
        (basket, history, weights, model, reading): Self::Args<'_>,
    ) -> Result<Option<LookalikeScoreRow>> {
        let [weights, _] = weights.get()?;
        let likeness = model.get()?.judge(
            &history.try_into()?,
            Basket::open(basket)?,
            weights,
            reading.get()?,
        )?;
        Ok(likeness.map(|likeness| {
            let mut reasons = likeness.reasons.into_iter().map(LookalikeReason::from);
            LookalikeScoreRow {
                log_odds: likeness.log_odds,
                similarity: likeness.probability,
                first: reasons.next(),
                second: reasons.next(),
                third: reasons.next(),
            }
        }))
    }
}
