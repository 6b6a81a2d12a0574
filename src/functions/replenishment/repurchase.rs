//! When a customer is due to buy a product again, and how likely they do.

use crate::duckdb::{Constant, Date, Scalar, sql_struct};
use crate::error::Result;
use crate::models::numerics::checks::{CENTURY_DAYS, finite_day, is_finite, within};
use crate::models::replenishment::gap_model::{Belief, GapModel, Rhythm};

sql_struct! {
    /// What is expected.
    pub struct RepurchaseRow {
        /// The median gap after the usual quantity.
        pub usual_gap_days: f64,
        /// The last day and the median gap after its quantity; NULL beyond the calendar.
        pub due_date: Option<Date>,
        /// The median day of the next purchase of a customer who still buys, after as_of; NULL beyond
        /// the calendar.
        pub next_order_date: Option<Date>,
        /// To buy within the next days.
        pub probability: f64,
    }
}

/// `__audience_repurchase(model STRUCT, pace DOUBLE, last DATE, gaps BLOB, usual_quantities DOUBLE,
/// as_of DATE, within_days INTEGER) → STRUCT`
pub struct Repurchase;

impl Scalar for Repurchase {
    const NAME: &'static str = "__audience_repurchase";
    type Args<'a> = (
        Constant<GapModel>,
        f64,
        Date,
        &'a [u8],
        Option<f64>,
        Date,
        i32,
    );
    type Out = RepurchaseRow;

    fn call(
        (model, pace, last, gaps, quantities, as_of, days): Self::Args<'_>,
    ) -> Result<Option<RepurchaseRow>> {
        let model = model.get()?.of_product(pace)?;
        let last = finite_day("last", last.0)?;
        let days = within("within_days", days, 1..=CENTURY_DAYS)?;
        let as_of = finite_day("as_of", as_of.0)?;
        let silence = i64::from(as_of) - i64::from(last);
        let belief = Belief::new(&model, &Rhythm::new(&model, gaps, silence, quantities)?);
        let after = |day: i32, days: f64| {
            let day = i32::try_from(i64::from(day) + days.round() as i64).ok();
            day.filter(|&day| is_finite(day)).map(Date)
        };
        Ok(Some(RepurchaseRow {
            usual_gap_days: belief.usual_gap(),
            due_date: after(last, belief.gap()),
            next_order_date: after(as_of, belief.wait().max(1.0)),
            probability: belief.chance(days.into()),
        }))
    }
}
