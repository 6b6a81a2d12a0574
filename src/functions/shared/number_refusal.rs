//! Why an option that is no whole number of its range may not have this value.

use super::refusal::refusal;
use crate::duckdb::Scalar;
use crate::error::Result;
use std::borrow::Cow;

/// `__audience_number_refusal(argument, value VARCHAR, number DOUBLE, least INTEGER, most INTEGER) →
/// VARCHAR`; `number` is the value, or NULL when it is none
pub struct NumberRefusal;

impl Scalar for NumberRefusal {
    const NAME: &'static str = "__audience_number_refusal";
    type Args<'a> = (
        Option<Cow<'a, str>>,
        Option<Cow<'a, str>>,
        Option<f64>,
        Option<i32>,
        Option<i32>,
    );
    type Out = String;

    fn call((argument, value, number, least, most): Self::Args<'_>) -> Result<Option<String>> {
        let is_broken = number.is_some_and(|number| number % 1.0 != 0.0);
        let whole = if is_broken { "a whole number, " } else { "" };
        let [least, most] = [least, most].map(Option::unwrap_or_default);
        Ok(Some(refusal(
            argument,
            value,
            &format!("{whole}{least} to {most}"),
        )))
    }
}
