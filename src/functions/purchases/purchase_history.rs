//! `audience.purchase_history(order_date, amount)`: an aggregate that summarises one
//! customer's purchases.
//!
//! A purchase is a day with at least one row whose amount is absent, NULL or ≥ 0; a negative amount
//! (a refund) only lowers the revenue. NaN and infinite amounts count as NULL, and rows without a
//! finite date are ignored. NULL without a purchase.

use crate::duckdb::{Aggregate, Date, sql_struct};
use crate::error::Result;
use crate::models::numerics::checks::is_finite;
use crate::models::purchases::purchases::{self, PurchaseDays};

sql_struct! {
    /// A customer's history, and how far their rows reach.
    pub struct PurchaseHistoryRow {
        /// NULL without a purchase.
        pub history: Option<purchases::PurchaseHistory>,
        /// The day of the latest row, refunds included: from it follows `as_of`.
        pub latest: Date,
    }
}

/// A customer's rows.
#[derive(Default)]
pub struct PurchasesUntil {
    pub(super) purchases: PurchaseDays,
    pub(super) latest: Option<i32>,
}

impl PurchasesUntil {
    #[inline]
    pub(super) fn add(
        &mut self,
        date: Date,
        amount: Option<f64>,
        value: Option<f64>,
    ) -> Result<()> {
        if is_finite(date.0) {
            self.purchases.add_valued(date.0, amount, value)?;
            self.latest = self.latest.max(Some(date.0));
        }
        Ok(())
    }

    pub(super) fn merge(&mut self, other: &Self) -> Result<()> {
        self.purchases.merge(&other.purchases)?;
        self.latest = self.latest.max(other.latest);
        Ok(())
    }
}

/// `__audience_purchase_history(order_date DATE, amount DOUBLE) → STRUCT(history, latest)`
pub struct PurchaseHistory;

impl Aggregate for PurchaseHistory {
    const NAME: &'static str = "__audience_purchase_history";
    type Args<'a> = (Date, Option<f64>);
    type State = PurchasesUntil;
    type Out = PurchaseHistoryRow;

    #[inline]
    fn update(state: &mut PurchasesUntil, (date, amount): Self::Args<'_>) -> Result<()> {
        state.add(date, amount, amount)
    }

    fn combine(into: &mut PurchasesUntil, from: &PurchasesUntil) -> Result<()> {
        into.merge(from)
    }

    fn finish(state: &mut PurchasesUntil) -> Result<Option<PurchaseHistoryRow>> {
        let Some(latest) = state.latest else {
            return Ok(None);
        };
        Ok(Some(PurchaseHistoryRow {
            history: state.purchases.history()?,
            latest: Date(latest),
        }))
    }
}
