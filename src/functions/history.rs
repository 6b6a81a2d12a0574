//! What the functions about one customer share: the purchase history, as the STRUCT
//! that `purchase_history` returns or as a plain list of dates, and the purchase
//! model's STRUCT.

use crate::duckdb::{
    Args, Chain, Connection, Date, List, Prepare, Read, Scalar, ScalarSet, Timestamp, Unchecked,
    Write, sql_row, sql_struct,
};
use crate::error::{Error, Result};
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::lifecycle::rules::StageOptions;
use crate::models::numerics::checks::{CENTURY_DAYS, ascending, within};
use crate::models::numerics::memory::try_collected;
use crate::models::prediction::model::PurchaseModel;
use crate::models::purchases::purchases::PurchaseHistory;
use std::marker::PhantomData;

/// What return probabilities look ahead, unless said otherwise.
pub const HORIZON_DAYS: i32 = 180;

sql_row!(Read, Write for PurchaseHistory {
    purchases: i32,
    first_order_date: Date = first_day,
    last_order_date: Date = last_day,
    fourth_last_order_date: Option<Date> = fourth_last_day,
    revenue: Option<f64>,
});

/// The STRUCT of `purchase_history` as an argument.
pub type History = Unchecked<PurchaseHistory>;

sql_row!(Read for StageOptions { just_ordered_days: Option<i32>, lost_after_gaps: Option<f64> });

/// The STRUCT of the options of the stages as an argument; NULL in a field is the default.
pub type StageArguments = Unchecked<StageOptions>;

sql_struct! {
    /// The purchase model: the shop's MBG/NBD parameters, typical gap and order value.
    ///
    /// The fields can be NULL only in a STRUCT that was put together by hand, where all
    /// but the order value are an error.
    pub struct Model {
        /// Shape of the purchase rates over customers.
        pub r: Option<f64>,
        /// Scale of the purchase rates, in days.
        pub alpha: Option<f64>,
        /// Dropout: first Beta parameter.
        pub a: Option<f64>,
        /// Dropout: second Beta parameter.
        pub b: Option<f64>,
        /// The typical repeater's days between purchases.
        pub typical_gap_days: Option<f64>,
        /// Mean revenue per purchase of the median customer; NULL when no amount is known.
        pub order_value: Option<f64>,
    }
}

impl TryFrom<History> for PurchaseHistory {
    type Error = Error;
    /// The STRUCT may have been built by hand, so it is checked.
    fn try_from(history: History) -> Result<Self> {
        let history = history.0;
        history.validate()?;
        Ok(history)
    }
}

impl From<&PurchaseModel> for Model {
    fn from(model: &PurchaseModel) -> Self {
        Self {
            r: Some(model.r),
            alpha: Some(model.alpha),
            a: Some(model.a),
            b: Some(model.b),
            typical_gap_days: Some(model.typical_gap_days),
            order_value: model.order_value,
        }
    }
}

impl TryFrom<Model> for PurchaseModel {
    type Error = Error;
    /// The STRUCT may have been built by hand, so it is checked.
    fn try_from(model: Model) -> Result<Self> {
        let known = |field: &str, value: Option<f64>| {
            value.ok_or_else(|| Error::argument("model", format!("needs {field}, got NULL")))
        };
        let model = Self {
            r: known("r", model.r)?,
            alpha: known("alpha", model.alpha)?,
            a: known("a", model.a)?,
            b: known("b", model.b)?,
            typical_gap_days: known("typical_gap_days", model.typical_gap_days)?,
            order_value: model.order_value,
        };
        model.validate()?;
        Ok(model)
    }
}

/// A model that the table functions pass, the same for all customers.
impl Prepare for Judge {
    type Raw<'a> = Model;
    fn prepare(model: Model) -> Result<Self> {
        Ok(Self::new(model.try_into()?))
    }
}

/// The most dates at which histories are looked at: 1,000 periods, and those of the year before.
const MOST_DATES: usize = 2_000;

/// The ascending ends of periods, checked.
///
/// # Errors
///
/// When they are not ascending, or too many.
pub fn period_ends(dates: impl ExactSizeIterator<Item = Option<Date>>) -> Result<Vec<i32>> {
    if dates.len() > MOST_DATES {
        let problem = format!("must be at most {MOST_DATES}, got {}", dates.len());
        return Err(Error::argument("dates", problem));
    }
    try_collected(ascending("dates", dates.map(|date| Some(date?.0))))
}

/// The models of several dates.
impl Prepare for Vec<Judge> {
    type Raw<'a> = Vec<Model>;
    fn prepare(models: Vec<Model>) -> Result<Self> {
        models.into_iter().map(Judge::prepare).collect()
    }
}

/// The dates themselves, checked.
impl Prepare for Vec<Date> {
    type Raw<'a> = Self;
    fn prepare(dates: Self) -> Result<Self> {
        period_ends(dates.iter().copied().map(Some))?;
        Ok(dates)
    }
}

/// A checked `days` argument: from none to a century.
///
/// # Errors
///
/// When it is out of that range.
pub fn horizon(days: i32) -> Result<f64> {
    within("days", days, 0..=CENTURY_DAYS).map(f64::from)
}

/// A SQL function of a customer's history, a model and a date.
///
/// It is registered for the history STRUCT, for `DATE[]` and for `TIMESTAMP[]`. A NULL model
/// means the documented prior; any other NULL gives NULL.
pub trait HistoryFunction: 'static {
    /// The SQL name.
    const NAME: &'static str;
    /// The arguments after `as_of`.
    type More<'a>: Args<'a>;
    /// The result.
    type Out: Write;
    /// The result for one customer.
    fn evaluate(
        history: &PurchaseHistory,
        model: &PurchaseModel,
        as_of: i32,
        more: Self::More<'_>,
    ) -> Result<Option<Self::Out>>;
}

/// Registers a history function with all its overloads.
pub(crate) fn register<F: HistoryFunction>(connection: &Connection) -> Result<()> {
    ScalarSet::of::<Overload<F, Summary>>()
        .and::<Overload<F, DateList>>()
        .and::<Overload<F, TimestampList>>()
        .register(connection)
}

/// A form in which SQL passes a purchase history.
pub trait HistoryForm: 'static {
    /// The SQL argument.
    type Arg<'a>: Read<'a>;
    /// The history up to `as_of`; `None` without a purchase.
    fn history(arg: Self::Arg<'_>, as_of: i32) -> Result<Option<PurchaseHistory>>;
}

/// The STRUCT of `purchase_history`.
pub struct Summary;

impl HistoryForm for Summary {
    type Arg<'a> = History;
    fn history(arg: History, _as_of: i32) -> Result<Option<PurchaseHistory>> {
        arg.try_into().map(Some)
    }
}

/// A list of dates, in any order, with duplicates and NULLs, which count for nothing;
/// dates after `as_of` are ignored.
pub struct DateList;

impl HistoryForm for DateList {
    type Arg<'a> = List<'a, Date>;
    fn history(arg: List<'_, Date>, as_of: i32) -> Result<Option<PurchaseHistory>> {
        let days = arg.iter().flatten().map(|date| date.0);
        PurchaseHistory::from_days(days, as_of)
    }
}

/// The same of timestamps, of which the days count.
pub struct TimestampList;

impl HistoryForm for TimestampList {
    type Arg<'a> = List<'a, Timestamp>;
    fn history(arg: List<'_, Timestamp>, as_of: i32) -> Result<Option<PurchaseHistory>> {
        let days = arg.iter().flatten().map(|timestamp| timestamp.date().0);
        PurchaseHistory::from_days(days, as_of)
    }
}

struct Overload<F, H>(PhantomData<(F, H)>);

impl<F: HistoryFunction, H: HistoryForm> Scalar for Overload<F, H> {
    const NAME: &'static str = F::NAME;
    type Args<'a> = Chain<(H::Arg<'a>, Option<Model>, Date), F::More<'a>>;
    type Out = F::Out;
    fn call(Chain((history, model, as_of), more): Self::Args<'_>) -> Result<Option<F::Out>> {
        let Some(history) = H::history(history, as_of.0)? else {
            return Ok(None);
        };
        let model = match model {
            Some(model) => model.try_into()?,
            None => PurchaseModel::PRIOR,
        };
        F::evaluate(&history, &model, as_of.0, more)
    }
}
