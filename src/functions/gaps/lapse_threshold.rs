//! The silence after which a customer of this shop has lapsed.

use crate::duckdb::{Scalar, sql_enum, sql_struct};
use crate::error::Result;
use crate::functions::opened::{Open, Opened};
use crate::models::gaps::lapse_outline::{Lapse, LapseOutline};

/// Whether there are enough repeat customers to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum LapseStatus {
    /// There is a threshold.
    Ok,
    /// Fewer than 30 repeat customers: only the simple rules are given.
    Thin,
}

impl LapseStatus {
    /// In the order of the variants.
    pub const LABELS: [&str; 2] = ["ok", "thin"];
}

sql_enum!(LapseStatus: Ok, Thin);

sql_struct! {
    /// The threshold, and other rules for comparison.
    pub struct LapseRow {
        /// Customers with a purchase.
        pub customers: i64,
        /// Gaps between consecutive purchases.
        pub gaps: i64,
        /// Open silences, one per customer.
        pub censored: i64,
        /// The share of waits that ever end.
        pub ever_return_share: Option<f64>,
        /// Days until the wanted share of these have ended.
        pub threshold_days: Option<i64>,
        /// The lower end of the 95 % interval.
        pub lower_days: Option<i64>,
        /// The upper end; NULL where the data does not reach.
        pub upper_days: Option<i64>,
        /// The mean over repeat customers of their mean gap.
        pub mean_own_gap_days: Option<f64>,
        /// The 40th percentile of the gaps.
        pub p40_gap_days: Option<f64>,
        /// The 80th percentile of the gaps.
        pub p80_gap_days: Option<f64>,
        /// Whether there are enough repeat customers.
        pub status: LapseStatus,
    }
}

impl From<Lapse> for LapseRow {
    fn from(lapse: Lapse) -> Self {
        Self {
            customers: lapse.customers as i64,
            gaps: lapse.gaps as i64,
            censored: lapse.customers as i64,
            ever_return_share: lapse.ever_return_share,
            threshold_days: lapse.threshold.map(|threshold| threshold.days.into()),
            lower_days: lapse.threshold.map(|threshold| threshold.lower.into()),
            upper_days: lapse.threshold.and_then(|t| t.upper).map(i64::from),
            mean_own_gap_days: lapse.mean_own_gap,
            p40_gap_days: lapse.p40_gap,
            p80_gap_days: lapse.p80_gap,
            status: match lapse.threshold {
                Some(_) => LapseStatus::Ok,
                None => LapseStatus::Thin,
            },
        }
    }
}

impl<'a> Open<'a> for LapseOutline<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self> {
        Self::open(bytes)
    }
}

/// `__audience_lapse_threshold(outline BLOB, squares DOUBLE) → STRUCT`, of the sum of `__audience_lapse_square` over all
/// customers of the outline
pub struct LapseThreshold;

impl Scalar for LapseThreshold {
    const NAME: &'static str = "__audience_lapse_threshold";
    type Args<'a> = (Opened<LapseOutline<'a>>, Option<f64>);
    type Out = LapseRow;

    fn call((outline, squares): Self::Args<'_>) -> Result<Option<LapseRow>> {
        Ok(Some(outline.get()?.lapse(squares).into()))
    }
}
