//! Loads the extension and takes the customers as Arrow record batches.
//!
//! usage: shop EXTENSION

use std::error::Error;

use duckdb::arrow::record_batch::RecordBatch;
use duckdb::arrow::util::pretty::print_batches;
use duckdb::{Config, Connection};

fn main() -> Result<(), Box<dyn Error>> {
    let extension = std::env::args().nth(1).ok_or("usage: shop EXTENSION")?;
    let connection =
        Connection::open_in_memory_with_flags(Config::default().allow_unsigned_extensions()?)?;
    connection.execute_batch(&format!(
        "LOAD '{}'; CREATE TABLE orders AS FROM audience.demo_orders();",
        extension.replace('\'', "''")
    ))?;

    let mut statement = connection.prepare(
        "SELECT lifecycle_stage, count(*) AS customers
         FROM audience.customers('orders', customer_id, order_date, amount, filter := status = 'completed')
         GROUP BY ALL ORDER BY ALL",
    )?;
    let batches: Vec<RecordBatch> = statement.query_arrow([])?.collect();
    print_batches(&batches)?;
    Ok(())
}
