//! Every customer's wish for every label.

use crate::duckdb::{Constant, Date, Prepare, Scalar, sql_enum, sql_struct};
use crate::error::Result;
use crate::functions::opened::Opened;
use crate::models::intent::basket::Basket;
use crate::models::intent::calibration::Calibration;
use crate::models::intent::evidence::{Evidence, LabelScore, Reason, Scorer};
use crate::models::intent::reading::Reading;
use crate::models::intent::scales::{BothDays, Days, Scales};
use crate::models::numerics::checks::{at_least, within};
use crate::models::numerics::memory::collected;

sql_enum!(Evidence: Ok, Low, None);

sql_struct! {
    /// A customer's wish for a label.
    pub struct IntentScore {
        /// The label's number.
        pub label: i32,
        /// Log odds.
        pub score: f64,
        /// The probability of buying within the horizon.
        pub probability: Option<f64>,
        /// The probability over the mean of all customers.
        pub lift: Option<f64>,
        /// The probability over the mean of those who never bought the label, if this is one of them.
        pub new_lift: Option<f64>,
        /// What the customer is expected to spend on the label within the horizon.
        pub expected_revenue: Option<f64>,
        /// Days on which the label was bought.
        pub times: i32,
        /// The last of them.
        pub last_bought: Option<Date>,
        /// Order days, decayed.
        pub activity: f64,
        /// Whether any product bought has a weight for the label.
        pub is_similar: bool,
        /// What the probability rests on.
        pub evidence: Evidence,
        /// Whether hardly anybody had bought the label two horizons ago.
        pub is_new: bool,
        /// Whole years since its fifth customer: of so many a season could be known.
        pub years_on_record: i32,
        /// Customers who bought the label.
        pub label_buyers: i64,
        /// All customers.
        pub customers: i64,
        /// The strongest reason.
        pub first: Option<IntentReason>,
        /// The second.
        pub second: Option<IntentReason>,
        /// The third.
        pub third: Option<IntentReason>,
    }
}

sql_struct! {
    /// A product with a weight for a label.
    pub struct IntentReason {
        /// The product's number.
        pub product: i32,
        /// Its buyers.
        pub buyers: i32,
        /// Those of them who also bought the label.
        pub co_buyers: i32,
        /// What it adds to the similarity.
        pub weight: f64,
    }
}

impl IntentScore {
    /// Checks a score that may have been put together by hand.
    pub(super) fn validate(&self) -> Result<()> {
        within("probability", self.probability.unwrap_or(0.0), 0.0..=1.0)?;
        at_least("lift", self.lift.unwrap_or(0.0), 0.0)?;
        at_least("new_lift", self.new_lift.unwrap_or(0.0), 0.0)?;
        at_least("times", self.times, i32::from(self.last_bought.is_some()))?;
        if let Some(reason) = &self.first {
            at_least("co_buyers", reason.co_buyers, 0)?;
            at_least("buyers", reason.buyers, reason.co_buyers)?;
        }
        at_least("label_buyers", self.label_buyers, 0)?;
        at_least("customers", self.customers, self.label_buyers)?;
        Ok(())
    }
}

impl From<&Reason> for IntentReason {
    fn from(reason: &Reason) -> Self {
        Self {
            product: reason.product as i32,
            buyers: reason.buyers as i32,
            co_buyers: reason.both as i32,
            weight: reason.weight,
        }
    }
}

impl Prepare for Scales {
    type Raw<'a> = &'a [u8];
    fn prepare(bytes: &[u8]) -> Result<Self> {
        Self::open(bytes)
    }
}

/// The calibrations of all labels.
pub struct Calibrations(Vec<Calibration>);

impl Prepare for Calibrations {
    type Raw<'a> = &'a [u8];
    fn prepare(bytes: &[u8]) -> Result<Self> {
        Calibration::open_all(bytes).map(Self)
    }
}

/// `__audience_intent_scores(basket BLOB, weights BLOB, scales BLOB, calibration BLOB,
/// horizon_days INTEGER, first INTEGER, most INTEGER) → STRUCT[]`, one element per label, for `most`
/// labels from the number `first` on
pub struct IntentScores;

impl Scalar for IntentScores {
    const NAME: &'static str = "__audience_intent_scores";
    type Args<'a> = (
        &'a [u8],
        Opened<BothDays<'a>>,
        Constant<Scales>,
        Constant<Calibrations>,
        Constant<Reading>,
        i32,
        i32,
    );
    type Out = Vec<IntentScore>;

    fn call(
        (basket, weights, scales, calibrations, reading, first, most): Self::Args<'_>,
    ) -> Result<Option<Vec<IntentScore>>> {
        let first = at_least("first", first, 0)?;
        let end = first as usize + at_least("most", most, 0)? as usize;
        let judge = Scorer {
            days: Days {
                weights: *weights.get()?,
                reading: reading.get()?,
            },
            scales: scales.get()?,
            calibrations: &calibrations.get()?.0,
        };
        let scores = judge.scores(Basket::open(basket)?, first as usize..end)?;
        let rows = scores.map(|scores| collected(scores.iter().zip(first..).map(row)));
        rows.transpose()
    }
}

fn row((score, label): (&LabelScore, i32)) -> IntentScore {
    let reasons = score.reasons.each_ref();
    let [first, second, third] = reasons.map(|reason| reason.as_ref().map(IntentReason::from));
    IntentScore {
        label,
        score: score.log_odds,
        probability: score.probability,
        lift: score.lift,
        new_lift: score.new_lift,
        expected_revenue: score.expected_revenue,
        times: score.bought.map_or(0, |(times, _)| times as i32),
        last_bought: score.bought.map(|(_, last)| Date(last)),
        activity: score.activity,
        is_similar: score.is_similar,
        evidence: score.evidence,
        is_new: score.is_new,
        years_on_record: score.years_on_record as i32,
        label_buyers: score.label_buyers.into(),
        customers: score.customers.into(),
        first,
        second,
        third,
    }
}
