-- The CDNOW orders, segmented. `make demo` runs this in DuckDB's shell: the extension is loaded
-- and the variable orders_file names the CSV file.

CREATE TABLE orders AS FROM read_csv(getvariable('orders_file'));
CREATE TABLE customers AS FROM audience.customers('orders', customer_id, order_date, amount);

.print
.print The orders

SELECT count(*) AS orders, count(DISTINCT customer_id) AS customers, min(order_date) AS first_day,
       max(order_date) AS last_day, round(sum(amount))::BIGINT AS revenue
FROM orders;

.print
.print Every customer has a stage and a tier

SELECT coalesce(lifecycle_stage::VARCHAR, 'All') AS lifecycle_stage,
       count(*) FILTER (importance_tier = 'One-Time Buyer') AS one_time,
       count(*) FILTER (importance_tier = 'Loyal') AS loyal,
       count(*) FILTER (importance_tier = 'Frequent Buyer') AS frequent,
       count(*) FILTER (importance_tier = 'VIP') AS vip,
       count(*) AS customers,
       round(sum(revenue))::BIGINT AS revenue,
       round(sum(expected_revenue))::BIGINT AS expected_revenue,
       round(sum(customer_value))::BIGINT AS customer_value,
       round(avg(return_probability), 2) AS return_probability
FROM customers
GROUP BY ROLLUP (customers.lifecycle_stage)
ORDER BY customers.lifecycle_stage NULLS LAST;

SELECT importance_tier, count(*) AS customers,
       round(sum(revenue))::BIGINT AS revenue,
       round(sum(customer_value))::BIGINT AS customer_value,
       round(sum(customer_value) / sum(sum(customer_value)) OVER (), 3) AS value_share,
       bar(value_share, 0, 1, 25) AS share_of_value
FROM customers
GROUP BY importance_tier
ORDER BY importance_tier;

.print
.print The ten most valuable customers who are slipping away, and why

SELECT customer_id::VARCHAR AS customer_id, importance_tier, purchases, round(revenue)::INTEGER AS revenue,
       round(customer_value)::INTEGER AS customer_value, last_order_date, reason
FROM customers
WHERE lifecycle_stage = 'Slipping Away'
ORDER BY customers.customer_value DESC, customers.customer_id
LIMIT 10;

.print
.print The purchase model behind it, fitted to these orders

SELECT customers, repeaters, round(typical_gap_days, 1) AS typical_gap_days, round(order_value, 2) AS order_value,
       round(r, 4) AS r, round(alpha, 3) AS alpha, round(a, 4) AS a, round(b, 4) AS b, iterations, status
FROM audience.purchase_model('orders', customer_id, order_date, amount := amount);
