//! The lifecycle stage as a query in plain SQL, for warehouses that take no extension.

use super::lifecycle::Judge;
use super::rules::{LOST_HORIZON, LifecycleStage, OVERDUE};
use crate::error::{Error, Result};
use crate::models::prediction::model::PurchaseModel;

/// A warehouse's way to write what is not the same in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// PostgreSQL and what understands it.
    Postgres,
    /// Amazon Redshift.
    Redshift,
    /// Snowflake.
    Snowflake,
    /// Google BigQuery.
    BigQuery,
    /// Trino, Presto and Amazon Athena.
    Trino,
    /// Spark and Databricks.
    Spark,
}

impl Dialect {
    const NAMED: [(&str, Self); 11] = [
        ("duckdb", Self::DuckDb),
        ("postgres", Self::Postgres),
        ("postgresql", Self::Postgres),
        ("redshift", Self::Redshift),
        ("snowflake", Self::Snowflake),
        ("bigquery", Self::BigQuery),
        ("trino", Self::Trino),
        ("presto", Self::Trino),
        ("athena", Self::Trino),
        ("spark", Self::Spark),
        ("databricks", Self::Spark),
    ];

    /// The dialect of a name, however it is capitalised.
    ///
    /// # Errors
    ///
    /// When there is none of this name.
    pub fn named(name: &str) -> Result<Self> {
        let found = Self::NAMED
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, dialect)| *dialect).ok_or_else(|| {
            let known = Self::NAMED.map(|(known, _)| known).join(", ");
            Error::argument("dialect", format!("must be one of {known}, got {name}"))
        })
    }

    fn double(self) -> &'static str {
        match self {
            Self::DuckDb | Self::Trino | Self::Spark => "DOUBLE",
            Self::Postgres | Self::Redshift | Self::Snowflake => "DOUBLE PRECISION",
            Self::BigQuery => "FLOAT64",
        }
    }

    /// Days from one date to a later one, as a floating-point number.
    fn days(self, earlier: &str, later: &str) -> String {
        let days = match self {
            Self::DuckDb | Self::Postgres => format!("{later} - {earlier}"),
            Self::Redshift | Self::Snowflake => format!("DATEDIFF(day, {earlier}, {later})"),
            Self::BigQuery => format!("DATE_DIFF({later}, {earlier}, DAY)"),
            Self::Trino => format!("DATE_DIFF('day', {earlier}, {later})"),
            Self::Spark => format!("DATEDIFF({later}, {earlier})"),
        };
        format!("CAST({days} AS {})", self.double())
    }
}

/// Where the orders are: names or expressions, as the warehouse writes them.
#[derive(Clone, Copy, Debug)]
pub struct OrderTable<'a> {
    /// The table, or a query in parentheses with an alias.
    pub orders: &'a str,
    /// Its column with the customer.
    pub customer_id: &'a str,
    /// Its column with the day or the moment of an order.
    pub order_date: &'a str,
}

/// The query with one row per customer: the history, the two probabilities of MBG/NBD and the
/// stage. `as_of` is a date of SQL.
///
/// # Errors
///
/// When a name of the source is empty.
pub fn query(
    model: &PurchaseModel,
    as_of: &str,
    dialect: Dialect,
    source: OrderTable<'_>,
) -> Result<String> {
    for (argument, name) in [
        ("orders", source.orders),
        ("customer_id", source.customer_id),
        ("order_date", source.order_date),
    ] {
        if name.trim().is_empty() {
            return Err(Error::argument(argument, "must not be empty"));
        }
    }
    let judge = Judge::new(*model);
    let OrderTable {
        orders,
        customer_id,
        order_date,
    } = source;
    let [just_ordered, active, slipping_away, lost] = LifecycleStage::LABELS;
    let PurchaseModel {
        r,
        alpha,
        a,
        b,
        typical_gap_days,
        ..
    } = *model;
    let (n, lost_probability) = (judge.just_ordered_days(), judge.lost_probability());
    let double = dialect.double();
    let span = dialect.days("first_order_date", "last_order_date");
    let silence = dialect.days("last_order_date", as_of);
    let early = dialect.days("first_order_date", "fourth_last_order_date");
    let late = dialect.days("fourth_last_order_date", "last_order_date");
    // No power of e leaves the numbers of a warehouse: PostgreSQL makes an error of it. What is
    // beyond e^±600 is 0 or 1 to more digits than a DOUBLE has.
    Ok(format!(
        "WITH order_days AS (
    SELECT DISTINCT {customer_id} AS customer_id, CAST({order_date} AS DATE) AS order_day
    FROM {orders}
    WHERE {customer_id} IS NOT NULL AND CAST({order_date} AS DATE) <= {as_of}
), numbered AS (
    SELECT customer_id, order_day, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY order_day DESC) AS day_number
    FROM order_days
), histories AS (
    SELECT customer_id, COUNT(*) AS purchases, MIN(order_day) AS first_order_date, MAX(order_day) AS last_order_date,
           MAX(CASE WHEN day_number = 4 THEN order_day END) AS fourth_last_order_date
    FROM numbered
    GROUP BY customer_id
), measured AS (
    SELECT customer_id, purchases, first_order_date, last_order_date,
           CAST(purchases - 1 AS {double}) AS repeat_purchases,
           {span} AS span_days,
           {silence} AS silence_days,
           CASE WHEN purchases > 6 THEN {early} / CAST(purchases - 4 AS {double}) END AS early_gap_days,
           CASE WHEN purchases > 6 THEN {late} END AS late_days
    FROM histories
), scored AS (
    SELECT measured.*,
           ({typical_gap_days:e} + span_days) / (1e0 + repeat_purchases) AS usual_gap_days,
           1e0 / (1e0 + {a:e} / ({b:e} + repeat_purchases)
                  * EXP(LEAST(6e2, ({r:e} + repeat_purchases)
                                   * LN(({alpha:e} + span_days + silence_days) / ({alpha:e} + span_days)))))
               AS alive_probability,
           1e0 - EXP(GREATEST(-6e2, -({r:e} + repeat_purchases)
                                    * LN(({alpha:e} + span_days + silence_days + {LOST_HORIZON:e})
                                         / ({alpha:e} + span_days + silence_days))))
               AS purchase_probability,
           CASE WHEN early_gap_days >= 7e0
                THEN GREATEST(CEILING(7.5e0 * early_gap_days - late_days) - 1e0, FLOOR(early_gap_days),
                              LEAST({n:e}, FLOOR(late_days / 5e0))) END AS slowing_after_days
    FROM measured
)
SELECT customer_id, purchases, first_order_date, last_order_date, silence_days, usual_gap_days, alive_probability,
       alive_probability * purchase_probability AS return_probability,
       CASE WHEN silence_days > {n:e} AND silence_days > FLOOR({OVERDUE:e} * usual_gap_days)
                 AND alive_probability * purchase_probability < {lost_probability:e} THEN '{lost}'
            WHEN silence_days > slowing_after_days THEN '{slipping_away}'
            WHEN silence_days <= {n:e} THEN '{just_ordered}'
            WHEN silence_days <= FLOOR({OVERDUE:e} * usual_gap_days) THEN '{active}'
            ELSE '{slipping_away}' END AS lifecycle_stage
FROM scored"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: OrderTable<'_> = OrderTable {
        orders: "orders",
        customer_id: "customer_id",
        order_date: "order_date",
    };

    #[test]
    fn a_dialect_has_a_name() {
        assert_eq!(Dialect::named("BigQuery"), Ok(Dialect::BigQuery));
        let error = Dialect::named("oracle").expect_err("unknown").to_string();
        assert!(error.contains("one of duckdb, postgres"), "{error}");
    }

    #[test]
    fn an_empty_name_is_refused() {
        let source = OrderTable {
            order_date: " ",
            ..SOURCE
        };
        let query = query(
            &PurchaseModel::CDNOW,
            "DATE '2025-06-30'",
            Dialect::DuckDb,
            source,
        );
        assert!(query.expect_err("empty").to_string().contains("order_date"));
    }

    #[test]
    fn a_number_keeps_all_its_digits() {
        let model = PurchaseModel {
            r: 0.1 + 0.2,
            ..PurchaseModel::CDNOW
        };
        let query = query(&model, "DATE '2025-06-30'", Dialect::Trino, SOURCE).expect("a query");
        assert!(
            query.contains("(3.0000000000000004e-1 + repeat_purchases)"),
            "{query}"
        );
    }
}
