//! When a customer meets the trigger rules that a model judges.

use crate::duckdb::{Constant, Date, Prepare, Scalar, sql_struct};
use crate::error::Result;
use crate::functions::history::{History, with_days};
use crate::models::campaigns::conditions::is_won_back;
use crate::models::campaigns::rule_problems::checked;
use crate::models::campaigns::triggers::TriggerRule;
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::numerics::memory::push;
use crate::models::numerics::packed_rows::unpack_rows;
use std::borrow::Cow;

sql_struct! {
    /// A rule that a customer meets.
    pub struct MetRule {
        /// The rule's name.
        pub rule: String,
        /// The silence on the first day on which all holds.
        pub silence_days: i32,
        /// The customer's usual gap.
        pub usual_gap_days: f64,
    }
}

/// The rules that a model judges.
pub struct JudgedRules(Vec<TriggerRule>);

impl Prepare for JudgedRules {
    type Raw<'a> = Cow<'a, str>;
    fn prepare(rules: Cow<'_, str>) -> Result<Self> {
        let mut rules = checked(&unpack_rows(&rules)?)?;
        rules.retain(|rule| rule.conditions.are_judged());
        Ok(Self(rules))
    }
}

/// `__audience_rules_met(history, gaps BLOB, rules VARCHAR, model, as_of) → STRUCT[]`, the rules
/// that the customer has met in the present silence. Without the gaps between the purchases nobody
/// is won back.
pub struct RulesMet;

impl Scalar for RulesMet {
    const NAME: &'static str = "__audience_rules_met";
    type Args<'a> = (
        History,
        Option<&'a [u8]>,
        Constant<JudgedRules>,
        Constant<Judge>,
        Date,
    );
    type Out = Vec<MetRule>;

    fn call((history, gaps, rules, judge, as_of): Self::Args<'_>) -> Result<Option<Vec<MetRule>>> {
        let (rules, judge) = (&rules.get()?.0, judge.get()?);
        with_days(history, gaps, |history, days| {
            let silence = i64::from(as_of.0) - i64::from(history.last_day);
            let mut won_back = None;
            let mut met = Vec::new();
            for rule in rules {
                if !rule.counts(usize::try_from(history.purchases).unwrap_or(0)) {
                    continue;
                }
                if rule.conditions.won_back {
                    let known = match won_back {
                        Some(known) => known,
                        None => is_won_back(judge, days.unwrap_or_default())?,
                    };
                    won_back = Some(known);
                    if !known {
                        continue;
                    }
                }
                let silences = i64::from(rule.silence_days)..=silence;
                let first = rule.conditions.first_silence(judge, history, silences)?;
                let Some(silence) = first.and_then(|silence| i32::try_from(silence).ok()) else {
                    continue;
                };
                let row = MetRule {
                    rule: rule.name.clone(),
                    silence_days: silence,
                    usual_gap_days: judge.usual_gap(history),
                };
                push(&mut met, row)?;
            }
            Ok(Some(met))
        })
    }
}
