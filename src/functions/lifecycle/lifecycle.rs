//! The lifecycle stage and all numbers behind it, for the table functions.

use crate::duckdb::{Date, Repeated, Scalar, sql_enum, sql_row};
use crate::error::Result;
use crate::functions::history::{History, StageArguments};
use crate::functions::prediction::prediction::PredictionRow;
use crate::models::lifecycle::lifecycle::{Assessment, Judge};
use crate::models::lifecycle::rules::{LifecycleStage, Rule};
use crate::models::numerics::checks::within;
use crate::models::prediction::mbg_nbd::Parameters;
use crate::models::purchases::purchases::PurchaseHistory;

sql_enum!(Rule: Lost, Slowing, JustOrdered, Active, Overdue);

sql_row!(Read, Write for Assessment {
    lifecycle_stage: LifecycleStage = stage,
    rule: Rule,
    just_ordered_days: i32,
    silence_days: i32,
    usual_gap_days: f64,
    silence_ratio: f64,
    alive_probability: f64,
    return_probability: f64,
    alone_probability: f64,
    traits: i32,
    next_order_date: Option<Date>,
    next_stage: Option<LifecycleStage>,
    next_stage_date: Option<Date>,
});

/// `__audience_lifecycle(history, model, as_of, options STRUCT, horizon_days,
/// peer_gap DOUBLE, prediction STRUCT) → STRUCT`; a peer group's gap, where given, replaces the
/// shop's, and a prediction MBG/NBD's.
pub struct Lifecycle;

impl Scalar for Lifecycle {
    const NAME: &'static str = "__audience_lifecycle";
    type Args<'a> = (
        History,
        Repeated<Judge>,
        Date,
        StageArguments,
        i32,
        Option<f64>,
        Option<PredictionRow>,
    );
    type Out = Assessment;

    fn call(
        (history, model, as_of, options, horizon_days, peer_gap, prediction): Self::Args<'_>,
    ) -> Result<Option<Assessment>> {
        let history: PurchaseHistory = history.try_into()?;
        if let Some(gap) = peer_gap {
            within("peer_gap", gap, 1.0 / Parameters::LIMIT..=Parameters::LIMIT)?;
        }
        let judge = model.get()?.with_typical_gap(peer_gap);
        let outlook = prediction.map(Into::into);
        judge
            .assess(&history, as_of.0, options.0, horizon_days, outlook)
            .map(Some)
    }
}
