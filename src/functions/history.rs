//! What the functions about one customer share: the purchase history, as the STRUCT
//! that `purchase_history` returns or as a plain list of dates.

use super::shop_model::{Complete, ModelForm, NoModel, WithoutLearned};
use crate::duckdb::{
    Args, Chain, Connection, Date, List, Prepare, Read, Scalar, ScalarSet, Timestamp, Unchecked,
    Write, sql_row, sql_struct,
};
use crate::error::{Error, Result};
use crate::models::lifecycle::rules::StageOptions;
use crate::models::numerics::checks::{CENTURY_DAYS, ascending, within};
use crate::models::numerics::memory::try_collected;
use crate::models::prediction::shop_model::{Prospect, ShopModel};
use crate::models::purchases::packed_gaps::days_into;
use crate::models::purchases::purchases::PurchaseHistory;
use std::cell::Cell;
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

/// The history without the days, as an argument.
pub type History = Unchecked<PurchaseHistory>;

sql_struct! {
    /// The STRUCT of `purchase_history`: the history with its days.
    pub struct DatedHistory {
        /// Days with a purchase.
        pub purchases: i32,
        /// The first.
        pub first_order_date: Date,
        /// The last.
        pub last_order_date: Date,
        /// The 4th-last, if there is one.
        pub fourth_last_order_date: Option<Date>,
        /// The sum of the known amounts.
        pub revenue: Option<f64>,
        /// All of them, ascending; NULL only in a STRUCT that was put together by hand.
        pub order_dates: Option<Dates>,
    }
}

/// Dates as an argument. With a NULL among them they count as not given.
pub type Dates = Vec<Date>;

/// A customer's purchases, with their days where they are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Purchases {
    /// Their summary.
    pub history: PurchaseHistory,
    /// Ascending.
    pub days: Option<Vec<i32>>,
}

impl Purchases {
    /// A history and its days, which may have been put together by hand.
    ///
    /// # Errors
    ///
    /// When no purchases have this history, or its days are others.
    pub fn checked(history: PurchaseHistory, dates: Option<Dates>) -> Result<Self> {
        history.validate()?;
        // In the memory of the dates.
        let days: Option<Vec<i32>> =
            dates.map(|dates| dates.into_iter().map(|date| date.0).collect());
        if let Some(days) = &days {
            history.check_days(days)?;
        }
        Ok(Self { history, days })
    }

    /// What the customer is expected to do.
    ///
    /// # Errors
    ///
    /// When the history goes beyond `as_of`.
    pub fn prospect<'a>(&self, shop: &'a ShopModel, as_of: i32) -> Result<Prospect<'a>> {
        shop.prospect(&self.history, self.days.as_deref(), as_of)
    }
}

thread_local! {
    /// The days of the customer that a thread looks at, in the memory of the one before: to allocate
    /// it for each takes as long as to score them.
    static DAYS: Cell<Vec<i32>> = const { Cell::new(Vec::new()) };
}

/// What `then` makes of a history and the days that the gaps are between, as
/// [`packed_gaps`](crate::models::purchases::packed_gaps).
///
/// # Errors
///
/// When no purchases have this history, or its days are others, or `then` fails.
pub fn with_days<T>(
    history: History,
    gaps: Option<&[u8]>,
    then: impl FnOnce(&PurchaseHistory, Option<&[i32]>) -> Result<T>,
) -> Result<T> {
    let history: PurchaseHistory = history.try_into()?;
    let Some(gaps) = gaps else {
        return then(&history, None);
    };
    if history.purchases == 1 && gaps.is_empty() {
        return then(&history, Some(&[history.first_day]));
    }
    let mut days = DAYS.take();
    days_into(&mut days, history.first_day, history.purchases, gaps)?;
    history.check_ascending_days(&days)?;
    let found = then(&history, Some(&days));
    if days.capacity() <= MOST_KEPT {
        DAYS.set(days);
    }
    found
}

/// The most days that wait for the next customer.
const MOST_KEPT: usize = 10_000;

impl From<(PurchaseHistory, Vec<i32>)> for Purchases {
    fn from((history, days): (PurchaseHistory, Vec<i32>)) -> Self {
        Self {
            history,
            days: Some(days),
        }
    }
}

impl From<(PurchaseHistory, Vec<i32>)> for DatedHistory {
    fn from((history, days): (PurchaseHistory, Vec<i32>)) -> Self {
        Self {
            purchases: history.purchases,
            first_order_date: Date(history.first_day),
            last_order_date: Date(history.last_day),
            fourth_last_order_date: history.fourth_last_day.map(Date),
            revenue: history.revenue,
            order_dates: Some(days.into_iter().map(Date).collect()),
        }
    }
}

sql_row!(Read for StageOptions { just_ordered_days: Option<i32>, lost_after_gaps: Option<f64> });

/// The STRUCT of the options of the stages as an argument; NULL in a field is the default.
pub type StageArguments = Unchecked<StageOptions>;

impl TryFrom<History> for PurchaseHistory {
    type Error = Error;
    /// The STRUCT may have been built by hand, so it is checked.
    fn try_from(history: History) -> Result<Self> {
        let history = history.0;
        history.validate()?;
        Ok(history)
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
/// It is registered for the history STRUCT with and without the days, for `DATE[]` and for
/// `TIMESTAMP[]`, each with both model STRUCTs. A NULL model means the documented prior; any other
/// NULL gives NULL.
pub trait HistoryFunction: 'static {
    /// The SQL name.
    const NAME: &'static str;
    /// The arguments after `as_of`.
    type More<'a>: Args<'a>;
    /// The result.
    type Out: Write;
    /// The result for one customer.
    fn evaluate(
        purchases: &Purchases,
        shop: &ShopModel,
        as_of: i32,
        more: Self::More<'_>,
    ) -> Result<Option<Self::Out>>;
}

/// Registers a history function with all its overloads.
pub(crate) fn register<F: HistoryFunction>(connection: &Connection) -> Result<()> {
    let set = ScalarSet::of::<Overload<F, Dated, Complete>>();
    let set = with_forms::<F, Complete>(set.and::<Overload<F, Dated, WithoutLearned>>());
    let set = with_forms::<F, WithoutLearned>(set.and::<Overload<F, Dated, NoModel>>());
    with_forms::<F, NoModel>(set).register(connection)
}

/// The overloads of a form of the model, but for that of the history STRUCT.
fn with_forms<F: HistoryFunction, M: ModelForm>(set: ScalarSet) -> ScalarSet {
    set.and::<Overload<F, Summary, M>>()
        .and::<Overload<F, DateList, M>>()
        .and::<Overload<F, TimestampList, M>>()
}

/// A form in which SQL passes a purchase history.
pub trait HistoryForm: 'static {
    /// The SQL argument.
    type Arg<'a>: Read<'a>;
    /// The purchases up to `as_of`; `None` without one.
    fn purchases(arg: Self::Arg<'_>, as_of: i32) -> Result<Option<Purchases>>;
}

/// The STRUCT of `purchase_history`.
pub struct Dated;

impl HistoryForm for Dated {
    type Arg<'a> = DatedHistory;
    fn purchases(arg: DatedHistory, _as_of: i32) -> Result<Option<Purchases>> {
        let history = PurchaseHistory {
            purchases: arg.purchases,
            first_day: arg.first_order_date.0,
            last_day: arg.last_order_date.0,
            fourth_last_day: arg.fourth_last_order_date.map(|date| date.0),
            revenue: arg.revenue,
        };
        Purchases::checked(history, arg.order_dates).map(Some)
    }
}

/// The STRUCT without the days, as versions before it had it.
pub struct Summary;

impl HistoryForm for Summary {
    type Arg<'a> = History;
    fn purchases(arg: History, _as_of: i32) -> Result<Option<Purchases>> {
        let history = arg.try_into()?;
        Ok(Some(Purchases {
            history,
            days: None,
        }))
    }
}

/// A list of dates, in any order, with duplicates and NULLs, which count for nothing;
/// dates after `as_of` are ignored.
pub struct DateList;

impl HistoryForm for DateList {
    type Arg<'a> = List<'a, Date>;
    fn purchases(arg: List<'_, Date>, as_of: i32) -> Result<Option<Purchases>> {
        let days = arg.iter().flatten().map(|date| date.0);
        Ok(PurchaseHistory::with_days(days, as_of)?.map(Purchases::from))
    }
}

/// The same of timestamps, of which the days count.
pub struct TimestampList;

impl HistoryForm for TimestampList {
    type Arg<'a> = List<'a, Timestamp>;
    fn purchases(arg: List<'_, Timestamp>, as_of: i32) -> Result<Option<Purchases>> {
        let days = arg.iter().flatten().map(|timestamp| timestamp.date().0);
        Ok(PurchaseHistory::with_days(days, as_of)?.map(Purchases::from))
    }
}

struct Overload<F, H, M>(PhantomData<(F, H, M)>);

impl<F: HistoryFunction, H: HistoryForm, M: ModelForm> Scalar for Overload<F, H, M> {
    const NAME: &'static str = F::NAME;
    type Args<'a> = Chain<(H::Arg<'a>, Option<M::Arg<'a>>, Date), F::More<'a>>;
    type Out = F::Out;
    fn call(Chain((history, model, as_of), more): Self::Args<'_>) -> Result<Option<F::Out>> {
        let Some(purchases) = H::purchases(history, as_of.0)? else {
            return Ok(None);
        };
        let shop = match model {
            Some(model) => M::model(model)?,
            None => ShopModel::PRIOR,
        };
        F::evaluate(&purchases, &shop, as_of.0, more)
    }
}
