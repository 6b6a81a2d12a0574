MODEL (
  name marketing.customers,
  kind FULL,
  description 'One row per customer. The CTE shows SQLMesh that the model reads stg_orders.',
  audits (not_null(columns := (customer_id, lifecycle_stage)), unique_values(columns := (customer_id))),
  optimize_query FALSE
);

WITH orders AS (
  SELECT customer_id, order_date, amount FROM marketing.stg_orders
)
SELECT customer_id::BIGINT, lifecycle_stage::TEXT, importance_tier::TEXT, customer_value::DOUBLE, reason::TEXT
FROM audience.customers('orders', customer_id, order_date, amount)
