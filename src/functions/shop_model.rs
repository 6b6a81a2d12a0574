//! The purchase model's STRUCT: MBG/NBD, and what the shop's past adds.

use crate::duckdb::{Date, Null, Prepare, Read, sql_struct};
use crate::error::{Error, Result};
use crate::models::lifecycle::lifecycle::Judge;
use crate::models::numerics::calendar::MONTHS;
use crate::models::prediction::features::FEATURES;
use crate::models::prediction::learned::{Learned, Weighing};
use crate::models::prediction::model::PurchaseModel;
use crate::models::prediction::seasons::Seasons;
use crate::models::prediction::shop_model::ShopModel;
use crate::models::prediction::traits::Trait;

sql_struct! {
    /// MBG/NBD's part of the purchase model, by which stages are judged.
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

sql_struct! {
    /// The whole purchase model. As in [`Model`], the fields can be NULL only in a STRUCT that was
    /// put together by hand, except for the order value, and `learned` where the shop has no
    /// finished window.
    pub struct WholeModel {
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
        /// How much is bought in each month; NULL where seasons are not known, or not wanted.
        pub seasonal_index: Option<SeasonalIndexRow>,
        /// What the shop's past adds; NULL without a finished window.
        pub learned: Option<LearnedRow>,
        /// Up to when purchases were known. Nothing is scored with it, but two models of different
        /// days can be told apart by it.
        pub as_of: Option<Date>,
    }
}

sql_struct! {
    /// What was learned from the shop's finished windows.
    pub struct LearnedRow {
        /// The days within which returns were learned.
        pub horizon_days: Option<i32>,
        /// How many windows there were.
        pub windows: Option<i32>,
        /// What all log odds are raised by, so that the mean stays MBG/NBD's.
        pub level: Option<f64>,
        /// What expected purchases are multiplied by, so that their sum stays MBG/NBD's.
        pub purchases_factor: Option<f64>,
        /// MBG/NBD's log odds of a return.
        pub return_odds: Option<WeighingRow>,
        /// ln(1 + repeat purchases).
        pub repeat_purchases: Option<WeighingRow>,
        /// ln(1 + days since the last purchase).
        pub silence: Option<WeighingRow>,
        /// ln of the silence in usual gaps.
        pub silence_in_gaps: Option<WeighingRow>,
        /// 1 for a one-time buyer.
        pub one_time_buyer: Option<WeighingRow>,
        /// ln(1 + purchases in the last 90 days).
        pub purchases_90_days: Option<WeighingRow>,
        /// ln(1 + purchases in the last 365 days).
        pub purchases_365_days: Option<WeighingRow>,
        /// ln of the silence in longest gaps; 0 for a one-time buyer.
        pub silence_in_longest_gap: Option<WeighingRow>,
        /// ln of the mean purchase value in order values of the shop.
        pub purchase_value: Option<WeighingRow>,
        /// ln(1 + purchases in the same season a year ago).
        pub same_season: Option<WeighingRow>,
        /// 1 for a customer of a year ago.
        pub customer_a_year_ago: Option<WeighingRow>,
        /// ln(1 + purchases in the last 30 days).
        pub purchases_30_days: Option<WeighingRow>,
        /// ln(1 + days since the first purchase).
        pub days_as_customer: Option<WeighingRow>,
        /// MBG/NBD's log odds times ln(1 + days since the last purchase).
        pub return_odds_by_silence: Option<WeighingRow>,
    }
}

sql_struct! {
    /// Purchases of each month as a multiple of the mean month's.
    pub struct SeasonalIndexRow {
        /// January's.
        pub january: Option<f64>,
        /// February's.
        pub february: Option<f64>,
        /// March's.
        pub march: Option<f64>,
        /// April's.
        pub april: Option<f64>,
        /// May's.
        pub may: Option<f64>,
        /// June's.
        pub june: Option<f64>,
        /// July's.
        pub july: Option<f64>,
        /// August's.
        pub august: Option<f64>,
        /// September's.
        pub september: Option<f64>,
        /// October's.
        pub october: Option<f64>,
        /// November's.
        pub november: Option<f64>,
        /// December's.
        pub december: Option<f64>,
    }
}

sql_struct! {
    /// How a feature counts.
    pub struct WeighingRow {
        /// Its mean over the windows.
        pub mean: Option<f64>,
        /// Its standard deviation; 0 where it does not vary.
        pub deviation: Option<f64>,
        /// What one standard deviation adds to the log odds.
        pub weight: Option<f64>,
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

/// One of the models of several dates.
///
/// # Errors
///
/// When it is NULL or no model.
pub fn judge(model: Option<Model>) -> Result<Judge> {
    let model = model.ok_or_else(|| Error::argument("models", "must not be NULL"))?;
    Judge::prepare(model)
}

impl From<&Weighing> for WeighingRow {
    fn from(weighing: &Weighing) -> Self {
        Self {
            mean: Some(weighing.mean),
            deviation: Some(weighing.deviation),
            weight: Some(weighing.weight),
        }
    }
}

impl From<&Seasons> for SeasonalIndexRow {
    fn from(seasons: &Seasons) -> Self {
        let [
            january,
            february,
            march,
            april,
            may,
            june,
            july,
            august,
            september,
            october,
            november,
            december,
        ] = seasons.index().map(Some);
        Self {
            january,
            february,
            march,
            april,
            may,
            june,
            july,
            august,
            september,
            october,
            november,
            december,
        }
    }
}

impl TryFrom<SeasonalIndexRow> for Seasons {
    type Error = Error;
    fn try_from(row: SeasonalIndexRow) -> Result<Self> {
        let SeasonalIndexRow {
            january,
            february,
            march,
            april,
            may,
            june,
            july,
            august,
            september,
            october,
            november,
            december,
        } = row;
        let months = [
            january, february, march, april, may, june, july, august, september, october, november,
            december,
        ];
        let mut index = [0.0; MONTHS];
        for (index, month) in index.iter_mut().zip(months) {
            *index = month.ok_or_else(|| {
                Error::argument("model", "needs every month of seasonal_index, got NULL")
            })?;
        }
        Self::new(index)
    }
}

impl From<&Learned> for LearnedRow {
    fn from(learned: &Learned) -> Self {
        let [
            return_odds,
            repeat_purchases,
            silence,
            silence_in_gaps,
            one_time_buyer,
            purchases_90_days,
            purchases_365_days,
            silence_in_longest_gap,
            purchase_value,
            same_season,
            customer_a_year_ago,
            purchases_30_days,
            days_as_customer,
            return_odds_by_silence,
        ] = learned
            .features
            .each_ref()
            .map(|weighing| Some(weighing.into()));
        Self {
            horizon_days: Some(learned.horizon_days),
            windows: Some(learned.windows),
            level: Some(learned.level),
            purchases_factor: Some(learned.purchases_factor),
            return_odds,
            repeat_purchases,
            silence,
            silence_in_gaps,
            one_time_buyer,
            purchases_90_days,
            purchases_365_days,
            silence_in_longest_gap,
            purchase_value,
            same_season,
            customer_a_year_ago,
            purchases_30_days,
            days_as_customer,
            return_odds_by_silence,
        }
    }
}

impl WholeModel {
    /// The STRUCT of a model of a day.
    pub fn of(shop: &ShopModel, as_of: Option<Date>) -> Self {
        let Model {
            r,
            alpha,
            a,
            b,
            typical_gap_days,
            order_value,
        } = (&shop.model).into();
        Self {
            r,
            alpha,
            a,
            b,
            typical_gap_days,
            order_value,
            seasonal_index: shop.seasons.as_ref().map(SeasonalIndexRow::from),
            learned: shop.learned.as_ref().map(LearnedRow::from),
            as_of,
        }
    }
}

/// The features that every model has. Later ones count for nothing in a model that was stored before they were there.
const FIRST_FEATURES: usize = 11;

/// A field that only a STRUCT that was put together by hand lacks.
fn known<T>(field: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::argument("model", format!("needs learned.{field}, got NULL")))
}

impl TryFrom<LearnedRow> for Learned {
    type Error = Error;
    fn try_from(row: LearnedRow) -> Result<Self> {
        let rows = [
            row.return_odds,
            row.repeat_purchases,
            row.silence,
            row.silence_in_gaps,
            row.one_time_buyer,
            row.purchases_90_days,
            row.purchases_365_days,
            row.silence_in_longest_gap,
            row.purchase_value,
            row.same_season,
            row.customer_a_year_ago,
            row.purchases_30_days,
            row.days_as_customer,
            row.return_odds_by_silence,
        ];
        let mut features = [Weighing::default(); FEATURES];
        for (place, row) in rows.into_iter().enumerate() {
            let name = Trait::FEATURE_NAMES[place];
            if row.is_none() && place >= FIRST_FEATURES {
                continue;
            }
            let row = known(name, row)?;
            features[place] = Weighing {
                mean: known(name, row.mean)?,
                deviation: known(name, row.deviation)?,
                weight: known(name, row.weight)?,
            };
        }
        let learned = Self {
            horizon_days: known("horizon_days", row.horizon_days)?,
            windows: known("windows", row.windows)?,
            level: known("level", row.level)?,
            purchases_factor: known("purchases_factor", row.purchases_factor)?,
            features,
        };
        learned.validate()?;
        Ok(learned)
    }
}

impl TryFrom<WholeModel> for ShopModel {
    type Error = Error;
    /// The STRUCT may have been built by hand, so it is checked.
    fn try_from(row: WholeModel) -> Result<Self> {
        let model = Model {
            r: row.r,
            alpha: row.alpha,
            a: row.a,
            b: row.b,
            typical_gap_days: row.typical_gap_days,
            order_value: row.order_value,
        };
        Ok(Self {
            model: model.try_into()?,
            seasons: row.seasonal_index.map(Seasons::try_from).transpose()?,
            learned: row.learned.map(Learned::try_from).transpose()?,
        })
    }
}

/// A form in which SQL passes a model.
pub trait ModelForm: 'static {
    /// The SQL argument.
    type Arg<'a>: Read<'a>;
    /// The model.
    fn model(arg: Self::Arg<'_>) -> Result<ShopModel>;
}

/// The STRUCT of `purchase_model`.
pub struct Complete;

impl ModelForm for Complete {
    type Arg<'a> = WholeModel;
    fn model(arg: WholeModel) -> Result<ShopModel> {
        arg.try_into()
    }
}

/// The STRUCT without `learned`, as versions before it had it: MBG/NBD alone.
pub struct WithoutLearned;

impl ModelForm for WithoutLearned {
    type Arg<'a> = Model;
    fn model(arg: Model) -> Result<ShopModel> {
        Ok(ShopModel {
            model: PurchaseModel::try_from(arg)?,
            seasons: None,
            learned: None,
        })
    }
}

/// A plain NULL, which could be either STRUCT.
pub struct NoModel;

impl ModelForm for NoModel {
    type Arg<'a> = Null;
    fn model(_arg: Null) -> Result<ShopModel> {
        Ok(ShopModel::PRIOR)
    }
}
