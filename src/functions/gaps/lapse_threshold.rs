//! The silence after which a customer of this shop has lapsed.

use crate::duckdb::{Aggregate, Date, List, sql_enum, sql_struct};
use crate::error::Result;
use crate::models::gaps::lapse_threshold::{self, Lapse};
use crate::models::numerics::checks::{ascending, changed, finite_day, within};

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

/// The customers seen, and the share of the returning ones that must have returned.
#[derive(Default)]
pub struct Waiting {
    customers: lapse_threshold::LapseThreshold,
    share: Option<f64>,
}

impl Waiting {
    fn ask_for(&mut self, share: f64) -> Result<()> {
        if *self.share.get_or_insert(share) == share {
            return Ok(());
        }
        Err(changed("share"))
    }
}

/// `__audience_lapse_threshold(days DATE[], as_of DATE, share DOUBLE) → STRUCT`
pub struct LapseThreshold;

impl Aggregate for LapseThreshold {
    const NAME: &'static str = "__audience_lapse_threshold";
    type Args<'a> = (List<'a, Date>, Date, f64);
    type State = Waiting;
    type Out = LapseRow;

    fn update(state: &mut Waiting, (days, as_of, share): Self::Args<'_>) -> Result<()> {
        let days = ascending("days", days.iter().map(|day| Some(day?.0)));
        let as_of = finite_day("as_of", as_of.0)?;
        state.customers.add(days, as_of)?;
        state.ask_for(within("share", share, 0.0..=1.0)?)
    }

    fn combine(into: &mut Waiting, from: &Waiting) -> Result<()> {
        into.customers.merge(&from.customers)?;
        from.share.map_or(Ok(()), |share| into.ask_for(share))
    }

    fn finish(state: &mut Waiting) -> Result<Option<LapseRow>> {
        let Some(share) = state.share else {
            return Ok(None);
        };
        Ok(state.customers.finish(share)?.map(LapseRow::from))
    }
}
