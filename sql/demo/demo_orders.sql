-- A simulated shop whose true model is known, for trying out and testing: the orders of three years, 2023 to 2025,
-- ordered by order_id. The same seed gives the same shop on every machine, and a customer's orders do not depend on how
-- many others there are.
--
-- Beside completed orders there are refunds (negative amounts), cancelled orders and guest orders (customer_id is
-- NULL), as in real order tables.
--
-- Arguments:
-- - customers: BIGINT, 0 to 100,000,000; how many customers; default 1000
-- - seed: BIGINT; default 42
--
-- Returns:
-- - customer_id: the customer; NULL for a guest order
-- - order_id: unique
-- - order_date: day of the order, refund or cancellation
-- - amount: its value with two decimals; negative for a refund
-- - status: completed, refunded or cancelled
-- - country: the customer's country: DE, GB, FR, DK or US
-- - is_alive: whether the customer was still one at the end of 2025, which no real table knows
--
-- Errors: customers is out of range, or seed is NULL
--
-- Example:
-- SELECT status, count(*) AS orders, count(DISTINCT customer_id) AS customers, sum(amount) AS amount
-- FROM audience.demo_orders(customers := 1000, seed := 42)
-- GROUP BY status
-- ORDER BY status;
--
-- Source: purchases follow MBG/NBD with r = 0.8, alpha = 60 days, a = 0.5, b = 2; amounts gamma-gamma (Fader & Hardie
-- 2013).
CREATE MACRO audience.demo_orders(customers := 1000, seed := 42) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__demo_options('demo_orders', customers, seed)
), __numbers AS (
    -- One row per customer.
    SELECT unnest(range(1, __customers + 1)) AS __customer, __seed FROM __options
), __lists AS (
    -- One row per customer, with all orders.
    SELECT __customer, __audience_demo_orders('demo_orders', __customer, __seed) AS __orders FROM __numbers
), __rows AS (
    -- One row per order.
    SELECT __customer, generate_subscripts(__orders, 1) AS __number, unnest(__orders) AS __order FROM __lists
)
SELECT
    CASE WHEN NOT __order.is_guest THEN __customer END AS customer_id,
    __customer * 10000 + __number AS order_id,
    __order.order_date,
    __order.amount,
    __order.status,
    __order.country,
    __order.is_alive
FROM __rows
ORDER BY order_id ASC;
