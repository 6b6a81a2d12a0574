//! The lifecycle stage and all numbers behind it, for the table functions.

use crate::duckdb::{Date, Repeated, Scalar, sql_enum, sql_struct};
use crate::error::{Error, Result};
use crate::functions::history::History;
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::lifecycle::rules::{LifecycleStage, Rule};
use crate::models::numerics::checks::{LARGEST_DAYS, at_least, within};
use crate::models::prediction::mbg_nbd::Parameters;
use crate::models::purchases::purchases::PurchaseHistory;

sql_enum!(Rule: Lost, Slowing, JustOrdered, Active, Overdue);

sql_struct! {
    /// What `audience.lifecycle_stage` reports of a customer beside the history.
    pub struct LifecycleRow {
        /// The stage.
        pub lifecycle_stage: LifecycleStage,
        /// The rule that decided.
        pub rule: Rule,
        /// Days since the last purchase.
        pub silence_days: i32,
        /// The customer's usual days between purchases.
        pub usual_gap_days: f64,
        /// Silence in usual gaps.
        pub silence_ratio: f64,
        /// The chance that the customer is still a customer.
        pub alive_probability: f64,
        /// The chance of a purchase within the horizon.
        pub return_probability: f64,
        /// The median day of the next purchase, given a return within a year.
        pub next_order_date: Option<Date>,
        /// What comes next if the customer stays silent.
        pub next_stage: Option<LifecycleStage>,
        /// And when.
        pub next_stage_date: Option<Date>,
    }
}

impl TryFrom<LifecycleRow> for crate::models::lifecycle::lifecycle::Lifecycle {
    type Error = Error;
    /// The STRUCT may have been built by hand, so it is checked.
    fn try_from(lifecycle: LifecycleRow) -> Result<Self> {
        let share = |field, value| within(field, value, 0.0..=1.0);
        Ok(Self {
            stage: lifecycle.lifecycle_stage,
            rule: lifecycle.rule,
            silence_days: at_least("silence_days", lifecycle.silence_days, 0)?,
            usual_gap_days: within(
                "usual_gap_days",
                lifecycle.usual_gap_days,
                0.0..=LARGEST_DAYS,
            )?,
            silence_ratio: at_least("silence_ratio", lifecycle.silence_ratio, 0.0)?,
            alive_probability: share("alive_probability", lifecycle.alive_probability)?,
            return_probability: share("return_probability", lifecycle.return_probability)?,
            next_order_date: lifecycle.next_order_date.map(|date| date.0),
            next_stage: lifecycle.next_stage,
            next_stage_date: lifecycle.next_stage_date.map(|date| date.0),
        })
    }
}

/// `__audience_lifecycle(history, model, as_of, just_ordered_days, horizon_days,
/// peer_gap DOUBLE) → STRUCT`; a peer group's gap, where given, replaces the shop's.
pub struct Lifecycle;

impl Scalar for Lifecycle {
    const NAME: &'static str = "__audience_lifecycle";
    type Args<'a> = (History, Repeated<Judge>, Date, i32, i32, Option<f64>);
    type Out = LifecycleRow;

    fn call(
        (history, model, as_of, just_ordered_days, horizon_days, peer_gap): Self::Args<'_>,
    ) -> Result<Option<LifecycleRow>> {
        let history: PurchaseHistory = history.try_into()?;
        if let Some(gap) = peer_gap {
            within("peer_gap", gap, 1.0 / Parameters::LIMIT..=Parameters::LIMIT)?;
        }
        let judge = model.get()?.with_typical_gap(peer_gap);
        let found = judge.assess(&history, as_of.0, just_ordered_days, horizon_days)?;
        Ok(Some(LifecycleRow {
            lifecycle_stage: found.stage,
            rule: found.rule,
            silence_days: found.silence_days,
            usual_gap_days: found.usual_gap_days,
            silence_ratio: found.silence_ratio,
            alive_probability: found.alive_probability,
            return_probability: found.return_probability,
            next_order_date: found.next_order_date.map(Date),
            next_stage: found.next_stage,
            next_stage_date: found.next_stage_date.map(Date),
        }))
    }
}
