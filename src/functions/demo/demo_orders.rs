//! One customer's orders of `audience.demo_orders`.

use crate::duckdb::{Date, Scalar, sql_struct};
use crate::error::Result;
use crate::models::demo::demo::demo_customer;

sql_struct! {
    /// A row of the simulated order table.
    pub struct DemoOrderRow {
        /// Day of the order.
        pub order_date: Date,
        /// Its value; negative for a refund.
        pub amount: f64,
        /// `completed`, `refunded` or `cancelled`.
        pub status: String,
        /// The customer's country.
        pub country: String,
        /// Whether the order names no customer.
        pub is_guest: bool,
        /// The truth about the customer.
        pub is_alive: bool,
    }
}

/// `__audience_demo_orders(customer BIGINT, seed BIGINT) → STRUCT[]`
pub struct DemoOrders;

impl Scalar for DemoOrders {
    const NAME: &'static str = "__audience_demo_orders";
    type Args<'a> = (i64, i64);
    type Out = Vec<DemoOrderRow>;

    fn call((customer, seed): Self::Args<'_>) -> Result<Option<Vec<DemoOrderRow>>> {
        let orders = demo_customer(customer.cast_unsigned(), seed.cast_unsigned());
        let row = |order: crate::models::demo::demo::DemoOrder| DemoOrderRow {
            order_date: Date(order.day),
            amount: order.amount,
            status: order.status.to_owned(),
            country: order.country.to_owned(),
            is_guest: order.guest,
            is_alive: order.is_alive,
        };
        Ok(Some(orders.into_iter().map(row).collect()))
    }
}
