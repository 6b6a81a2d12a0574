-- The CDNOW orders, segmented. `make demo` runs this in DuckDB's shell: the extension is loaded
-- and the variable orders_file names the CSV file. It writes build/report.html.

CREATE TABLE orders AS FROM read_csv(getvariable('orders_file'));
CREATE TABLE customers AS FROM audience.customers('orders', customer_id, order_date, amount);

.print
.print The orders

SELECT count(*) AS orders, count(DISTINCT customer_id) AS customers, min(order_date) AS first_day,
       max(order_date) AS last_day, round(sum(amount))::BIGINT AS revenue
FROM orders;

.print
.print Customers per stage and tier, with what they have spent and are worth

SELECT coalesce(lifecycle_stage::VARCHAR, 'All') AS lifecycle_stage,
       count(*) FILTER (importance_tier = 'One-Time Buyer') AS one_time,
       count(*) FILTER (importance_tier = 'Loyal') AS loyal,
       count(*) FILTER (importance_tier = 'Frequent Buyer') AS frequent,
       count(*) FILTER (importance_tier = 'VIP') AS vip,
       count(*) AS customers,
       round(sum(revenue))::BIGINT AS revenue,
       round(sum(customer_value))::BIGINT AS customer_value,
       round(100 * avg(return_probability))::INTEGER || ' %' AS will_return
FROM customers
GROUP BY ROLLUP (customers.lifecycle_stage)
ORDER BY customers.lifecycle_stage NULLS LAST;

SELECT importance_tier::VARCHAR AS importance_tier, count(*) AS customers,
       round(sum(revenue))::BIGINT AS revenue,
       round(sum(customer_value))::BIGINT AS customer_value,
       round(100 * sum(customer_value) / sum(sum(customer_value)) OVER ())::INTEGER || ' %' AS value_share,
       bar(sum(customer_value), 0, sum(sum(customer_value)) OVER (), 40) AS share_of_all_value
FROM customers
GROUP BY customers.importance_tier
ORDER BY customers.importance_tier;

.print
.print The ten most valuable customers who are slipping away, and why

CREATE TABLE slipping AS
SELECT row_number() OVER (ORDER BY customer_value DESC, customer_id) AS place, *
FROM customers
WHERE lifecycle_stage = 'Slipping Away'
QUALIFY place <= 10;

-- A reason is a sentence: it is broken into lines, and the numbers stand beside the first one.
WITH broken AS (
    SELECT *, regexp_extract_all(reason, '.{1,45}(?: |$)') AS lines FROM slipping
), numbered AS (
    SELECT *, rtrim(unnest(lines)) AS line, generate_subscripts(lines, 1) AS number FROM broken
)
SELECT CASE WHEN number = 1 THEN customer_id::VARCHAR END AS customer_id,
       CASE WHEN number = 1 THEN importance_tier::VARCHAR END AS tier,
       CASE WHEN number = 1 THEN purchases END AS purchases,
       CASE WHEN number = 1 THEN round(revenue)::INTEGER END AS revenue,
       CASE WHEN number = 1 THEN round(customer_value)::INTEGER END AS value,
       CASE WHEN number = 1 THEN last_order_date END AS last_order,
       line AS reason
FROM numbered
ORDER BY place, number;

.print
.print The purchase model behind it, fitted to these orders

SELECT customers, repeaters, round(typical_gap_days, 1) AS typical_gap_days, round(order_value, 2) AS order_value,
       round(r, 3) AS r, round(alpha, 2) AS alpha, round(a, 3) AS a, round(b, 3) AS b, status::VARCHAR AS status
FROM audience.purchase_model('orders', customer_id, order_date, amount := amount);

COPY (FROM audience.report('orders', customer_id, order_date, amount, title := 'CDNOW', currency := 'USD'))
TO 'build/report.html' (FORMAT blob);

.print
.print The same as a page, for everybody else: open build/report.html in a browser
