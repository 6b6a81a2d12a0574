//! One customer's orders of `audience.demo_orders`.

use crate::duckdb::{Date, Scalar, sql_row};
use crate::error::Result;
use crate::models::demo::demo::{DemoOrder, demo_customer};

sql_row!(Write for DemoOrder {
    order_date: Date = day,
    amount: f64,
    status: &'static str,
    country: &'static str,
    is_guest: bool = guest,
    is_alive: bool,
});

/// `__audience_demo_orders(customer BIGINT, seed BIGINT) → STRUCT[]`
pub struct DemoOrders;

impl Scalar for DemoOrders {
    const NAME: &'static str = "__audience_demo_orders";
    type Args<'a> = (i64, i64);
    type Out = Vec<DemoOrder>;

    fn call((customer, seed): Self::Args<'_>) -> Result<Option<Vec<DemoOrder>>> {
        let (customer, seed) = (customer.cast_unsigned(), seed.cast_unsigned());
        Ok(Some(demo_customer(customer, seed)))
    }
}
