//! `lifecycle_sql(model, as_of, dialect, orders, customer_id, order_date)`: lifecycle stage, alive
//! probability and return probability as one query in plain SQL, for a warehouse that takes no
//! extension. Fit the model here on a sample or an export of the customers, and run the query
//! there on all of them.
//!
//! The query has one row per customer: customer_id, purchases (days with an order),
//! first_order_date, last_order_date, silence_days, usual_gap_days, alive_probability,
//! return_probability (within 180 days) and lifecycle_stage. The stages are those of
//! audience.lifecycle_stage. The probabilities are those of MBG/NBD alone, without seasons and
//! without what a model has learned of the shop's past. They agree with
//! alive_probability and return_probability of such a model to 1e-12. Refunds are not known here,
//! and dates have to be finite; leave other rows out with a query in parentheses and an alias as
//! `orders`.
//!
//! Arguments:
//! - model: STRUCT from audience.purchase_model. NULL gives NULL, as for all arguments
//! - as_of: DATE in the years 1 to 9999; later orders are ignored
//! - dialect: VARCHAR, one of duckdb, postgres, postgresql, redshift, snowflake, bigquery, trino,
//!   presto, athena, spark, databricks, however it is capitalised
//! - orders: VARCHAR, the table as the warehouse writes it, or a query in parentheses with an alias;
//!   it is not quoted
//! - customer_id, order_date: VARCHAR, its columns, or expressions over it; not quoted. order_date
//!   is cast to DATE
//!
//! Returns: the query, as text
//!
//! Errors: the model is out of range; as_of is not in the years 1 to 9999; dialect is none of those;
//! orders, customer_id or order_date is empty
//!
//! Example:
//! ```sql
//! SELECT lifecycle_sql(model, DATE '2025-06-30', 'bigquery', 'sales.orders', 'buyer', 'ordered_at')[:193] AS lifecycle_sql
//! FROM audience.purchase_model('orders', customer_id, order_date, as_of := DATE '2025-06-30');
//! ```
//!
//! Source: as in audience.lifecycle_stage.

use std::marker::PhantomData;

use crate::duckdb::{Connection, Date, Scalar, ScalarSet};
use crate::error::{Error, Result};
use crate::functions::shop_model::{Complete, ModelForm, WithoutLearned};
use crate::models::audiences::definition::sql::date_literal;
use crate::models::lifecycle::warehouse::{Dialect, OrderTable, query};

/// Registers the overloads.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    ScalarSet::of::<LifecycleSql<Complete>>()
        .and::<LifecycleSql<WithoutLearned>>()
        .register(connection)
}

/// `lifecycle_sql(model, as_of, dialect, orders, customer_id, order_date)`
struct LifecycleSql<M>(PhantomData<M>);

impl<M: ModelForm> Scalar for LifecycleSql<M> {
    const NAME: &'static str = "lifecycle_sql";
    type Args<'a> = (M::Arg<'a>, Date, String, String, String, String);
    type Out = String;

    fn call(
        (model, as_of, dialect, orders, customer_id, order_date): Self::Args<'_>,
    ) -> Result<Option<String>> {
        let model = M::model(model)?.model;
        let as_of = date_literal(as_of.0)
            .ok_or_else(|| Error::argument("as_of", "must be in the years 1 to 9999"))?;
        let source = OrderTable {
            orders: &orders,
            customer_id: &customer_id,
            order_date: &order_date,
        };
        query(&model, &as_of, Dialect::named(&dialect)?, source).map(Some)
    }
}
