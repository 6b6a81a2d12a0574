//! What the page is made of, as SQL passes it: `sql/report/report.sql` writes these fields as one JSON text.

use chrono::NaiveDate;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// Everything that the page shows.
#[derive(Debug, Deserialize)]
pub struct ReportFacts {
    /// What the page is called.
    pub title: String,
    /// The unit of all amounts.
    pub currency: Option<String>,
    /// The day that the page is about; none where there are no orders.
    #[serde(deserialize_with = "day_if_any")]
    pub as_of: Option<NaiveDate>,
    /// The day of the first order.
    #[serde(deserialize_with = "day_if_any")]
    pub first_order_date: Option<NaiveDate>,
    /// The last day that the tested predictions knew.
    #[serde(deserialize_with = "day")]
    pub cutoff: NaiveDate,
    /// How many customers may be named.
    pub most_slipping: usize,
    /// Whether audiences were given.
    pub has_members: bool,
    /// The stages on the day of the page and before.
    #[serde(deserialize_with = "rows")]
    pub overview: Vec<OverviewFacts>,
    /// Customers per month and stage.
    #[serde(deserialize_with = "rows")]
    pub stages: Vec<StageFacts>,
    /// Customers and revenue per tier and stage.
    #[serde(deserialize_with = "rows")]
    pub value: Vec<ValueFacts>,
    /// The waits for each purchase.
    #[serde(deserialize_with = "rows")]
    pub gaps: Vec<GapFacts>,
    /// The lapse threshold.
    #[serde(deserialize_with = "rows")]
    pub lapse: Vec<LapseFacts>,
    /// Retention per cohort and age.
    #[serde(deserialize_with = "rows")]
    pub cohorts: Vec<CohortFacts>,
    /// Predicted and realised return rates per tenth.
    #[serde(deserialize_with = "rows")]
    pub deciles: Vec<DecileFacts>,
    /// How well the predictions ranked.
    #[serde(deserialize_with = "rows")]
    pub quality: Vec<QualityFacts>,
    /// The most valuable customers who are slipping away.
    #[serde(deserialize_with = "rows")]
    pub slipping: Vec<SlippingFacts>,
    /// The audiences.
    #[serde(deserialize_with = "rows")]
    pub audiences: Vec<AudienceFacts>,
}

/// A list, which SQL gives as NULL where there is nothing to put into it.
fn rows<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// The years that a page can tell apart, before and after Christ.
const FARTHEST: i32 = 260_000;

/// A day as DuckDB writes it: 2024-02-03, 12024-02-03, 0044-03-15 (BC). Its calendar is longer than
/// that of a page, which begins 260,000 years ago and ends as far ahead.
fn parsed(text: &str) -> Option<NaiveDate> {
    let (text, is_before_christ) = match text.strip_suffix(" (BC)") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let mut parts = text.splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let year = if is_before_christ { 1 - year } else { year };
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    NaiveDate::from_ymd_opt(year.clamp(-FARTHEST, FARTHEST), month, day)
}

fn day<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(from)?;
    parsed(&text).ok_or_else(|| D::Error::custom(format!("{text} is no day")))
}

fn day_if_any<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    #[derive(Deserialize)]
    struct Day(#[serde(deserialize_with = "day")] NaiveDate);
    Ok(Option::<Day>::deserialize(from)?.map(|day| day.0))
}

/// A stage, or all customers, on the day of the page and before.
#[derive(Debug, Deserialize)]
pub struct OverviewFacts {
    /// The stage; none means all customers.
    pub lifecycle_stage: Option<String>,
    /// Its customers.
    pub customers: i64,
    /// Its customers on the same day a month before.
    pub customers_1_month_before: Option<i64>,
    /// Three months before.
    pub customers_3_months_before: Option<i64>,
    /// Six months before.
    pub customers_6_months_before: Option<i64>,
    /// A year before.
    pub customers_year_before: Option<i64>,
    /// The revenue of the last 30 days.
    pub revenue_30_days: Option<f64>,
    /// The revenue of the last 365 days.
    pub revenue_365_days: Option<f64>,
    /// The same a year before.
    pub revenue_365_days_year_before: Option<f64>,
    /// What the customers are expected to bring within 365 days.
    pub expected_revenue: Option<f64>,
    /// The same a year before.
    pub expected_revenue_year_before: Option<f64>,
    /// Customers who are new since the same day a month before.
    pub new_customers: i64,
    /// The same a year before.
    pub new_customers_year_before: Option<i64>,
    /// Customers who were won back since then.
    pub won_back: i64,
    /// The same a year before.
    pub won_back_year_before: Option<i64>,
}

/// A stage at the end of a month.
#[derive(Debug, Deserialize)]
pub struct StageFacts {
    /// The last day of the month, or the day of the page.
    #[serde(deserialize_with = "day")]
    pub period_end: NaiveDate,
    /// The stage.
    pub lifecycle_stage: String,
    /// Its customers.
    pub customers: i64,
}

/// A tier and a stage; none of one means all.
#[derive(Debug, Deserialize)]
pub struct ValueFacts {
    /// The tier.
    pub importance_tier: Option<String>,
    /// The stage.
    pub lifecycle_stage: Option<String>,
    /// The customers of both.
    pub customers: i64,
    /// Their revenue of the last 365 days.
    pub revenue_365_days: Option<f64>,
    /// What they are expected to bring within 365 days.
    pub expected_revenue: Option<f64>,
    /// How much less that is than when each of them had just bought.
    pub expected_revenue_at_risk: Option<f64>,
}

/// The wait for the purchase of one number.
#[derive(Debug, Deserialize)]
pub struct GapFacts {
    /// 2 for the second purchase.
    pub purchase_number: i64,
    /// Customers who made the one before.
    pub customers_at_risk: i64,
    /// Customers who made this one.
    pub customers_converted: i64,
    /// The share who make it within 30 days.
    pub share_30_days: Option<f64>,
    /// Within 60.
    pub share_60_days: Option<f64>,
    /// Within 90.
    pub share_90_days: Option<f64>,
    /// Within 180.
    pub share_180_days: Option<f64>,
    /// Within 365.
    pub share_365_days: Option<f64>,
    /// Days within which half of the customers make it.
    pub median_days: Option<i64>,
}

/// The silence after which a customer has lapsed.
#[derive(Debug, Deserialize)]
pub struct LapseFacts {
    /// The days; none where there are too few repeat buyers.
    pub threshold_days: Option<i64>,
    /// The lower end of the 95 % interval.
    pub lower_days: Option<i64>,
    /// The upper end; none where it lies beyond the data.
    pub upper_days: Option<i64>,
}

/// A cohort at one age.
#[derive(Debug, Deserialize)]
pub struct CohortFacts {
    /// The first day of the month of the first purchase.
    #[serde(deserialize_with = "day")]
    pub cohort: NaiveDate,
    /// Months since then.
    pub age: i64,
    /// The customers of the cohort.
    pub customers: i64,
    /// Those of them who bought in this month.
    pub retained: i64,
    /// Their share.
    pub retention: f64,
    /// Whether the month is over.
    pub complete: bool,
}

/// A tenth of the customers, by their chance to return.
#[derive(Debug, Deserialize)]
pub struct DecileFacts {
    /// 1 is the most likely tenth.
    pub bucket: i64,
    /// Its customers.
    pub customers: i64,
    /// What was predicted.
    pub predicted_return_rate: f64,
    /// What came.
    pub realised_return_rate: f64,
}

/// How well the predictions ranked the customers.
#[derive(Debug, Deserialize)]
pub struct QualityFacts {
    /// Customers with a prediction.
    pub customers: i64,
    /// Those who returned.
    pub returned: i64,
    /// The chance that one who returned was ranked above one who did not.
    pub auc: Option<f64>,
    /// What to know about it.
    pub note: Option<String>,
}

/// A customer who is slipping away.
#[derive(Debug, Deserialize)]
pub struct SlippingFacts {
    /// The customer.
    pub customer_id: String,
    /// The tier.
    pub importance_tier: String,
    /// Days with an order.
    pub purchases: i64,
    /// Revenue so far.
    pub revenue: Option<f64>,
    /// What is expected within 365 days.
    pub expected_revenue: Option<f64>,
    /// The day of the latest purchase.
    #[serde(deserialize_with = "day")]
    pub last_order_date: NaiveDate,
    /// Why the customer has this stage.
    pub reason: String,
}

/// An audience.
#[derive(Debug, Deserialize)]
pub struct AudienceFacts {
    /// Its name.
    pub audience: String,
    /// Its members.
    pub customers: i64,
    /// Their share of all.
    pub share: Option<f64>,
    /// What they have spent in the last 365 days.
    pub revenue_365_days: Option<f64>,
    /// What they are expected to spend within 365 days.
    pub expected_revenue: Option<f64>,
    /// The share who are lost.
    pub lost_share: Option<f64>,
    /// The share who are slipping away.
    pub slipping_share: Option<f64>,
    /// What they buy more than others.
    pub products: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_every_era_are_read() {
        for (text, expected) in [
            ("2024-02-03", Some((2024, 2, 3))),
            ("12024-12-31", Some((12_024, 12, 31))),
            ("0044-03-15 (BC)", Some((-43, 3, 15))),
            ("2023-02-29", None),
            ("5877642-06-25 (BC)", Some((-260_000, 6, 25))),
            ("today", None),
        ] {
            let expected = expected.and_then(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d));
            assert_eq!(parsed(text), expected, "{text}");
        }
    }
}
