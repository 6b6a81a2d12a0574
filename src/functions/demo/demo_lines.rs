//! One customer's lines of `audience.demo_lines`.

use crate::duckdb::{Date, Scalar, sql_struct};
use crate::error::Result;
use crate::models::demo::demo::demo_customer;
use crate::models::demo::demo_lines::demo_lines;

sql_struct! {
    /// A line of the simulated orders.
    pub struct DemoLineRow {
        /// Position of the order among the customer's orders, from 1.
        pub order_number: i64,
        /// Day of the order.
        pub order_date: Date,
        /// Whether the order names no customer.
        pub is_guest: bool,
        /// The product.
        pub product_id: &'static str,
        /// Its name.
        pub product_name: &'static str,
        /// Its category.
        pub category: &'static str,
        /// Its brand.
        pub brand: &'static str,
        /// How many; negative for a refund.
        pub quantity: i64,
        /// What was paid; negative for a refund.
        pub amount: f64,
        /// `completed`, `refunded` or `cancelled`.
        pub status: &'static str,
    }
}

/// `__audience_demo_lines(customer BIGINT, seed BIGINT) → STRUCT[]`
pub struct DemoLines;

impl Scalar for DemoLines {
    const NAME: &'static str = "__audience_demo_lines";
    type Args<'a> = (i64, i64);
    type Out = Vec<DemoLineRow>;

    fn call((customer, seed): Self::Args<'_>) -> Result<Option<Vec<DemoLineRow>>> {
        let (customer, seed) = (customer.cast_unsigned(), seed.cast_unsigned());
        let orders = demo_customer(customer, seed);
        let row = |line: crate::models::demo::demo_lines::DemoLine| DemoLineRow {
            order_number: line.order as i64 + 1,
            order_date: Date(orders[line.order].day),
            is_guest: orders[line.order].guest,
            product_id: line.product.id,
            product_name: line.product.name,
            category: line.product.category,
            brand: line.product.brand,
            quantity: line.quantity,
            amount: line.amount,
            status: orders[line.order].status,
        };
        Ok(Some(
            demo_lines(customer, seed).into_iter().map(row).collect(),
        ))
    }
}
