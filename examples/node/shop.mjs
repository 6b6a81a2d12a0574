import { DuckDBInstance } from "@duckdb/node-api";

const instance = await DuckDBInstance.create(":memory:", { allow_unsigned_extensions: "true" });
const connection = await instance.connect();
await connection.run(`LOAD '${process.env.AUDIENCE_EXTENSION}'`);
await connection.run("CREATE TABLE orders AS FROM audience.demo_orders()");

const reader = await connection.runAndReadAll(`
    SELECT lifecycle_stage, count(*)::INTEGER AS customers
    FROM audience.customers('orders', customer_id, order_date, amount, filter := status = 'completed')
    GROUP BY ALL ORDER BY ALL`);
console.table(reader.getRowObjectsJS());
