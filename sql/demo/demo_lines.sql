-- The order lines of the made-up shop audience.demo_orders, for trying out and testing: what was in each order, ordered
-- by order_id and product_id. The same seed gives the same lines on every machine, and a customer's lines do not depend
-- on how many others there are.
--
-- Customers, order ids, dates and status are those of audience.demo_orders with the same arguments, and the lines of an
-- order add up to its amount. The shop sells for camping, cycling, running and the kitchen. Customers have two or three
-- preferred categories, buy what goes with what they have (a sleeping bag and a repellent with the tent, a lock and
-- lights with the bicycle, socks with the sneakers) at once or later, and buy consumables again. A few products are
-- popular and most are not. Names are in many languages.
--
-- A refund has the lines of the order that it refunds, with negative quantities and amounts. What is paid for a product
-- varies about its list price, as with promotions.
--
-- Arguments:
-- - customers: BIGINT, 0 to 100,000,000; how many customers; default 1000
-- - seed: BIGINT; default 42
--
-- Returns:
-- - customer_id: the customer; NULL for a guest order
-- - order_id: the order, as in audience.demo_orders
-- - order_date: day of the order, refund or cancellation
-- - product_id: the product; unique within an order
-- - product_name: its name
-- - category: one of twelve
-- - brand: invented
-- - quantity: how many; negative for a refund
-- - amount: what was paid for all of them, with two decimals; negative for a refund
-- - status: completed, refunded or cancelled
--
-- Errors: customers is out of range, or seed is NULL
--
-- Example:
-- SELECT category, count(DISTINCT product_id) AS products, sum(quantity) AS quantity,
--        count(DISTINCT customer_id) AS customers, round(sum(amount), 2) AS amount
-- FROM audience.demo_lines(customers := 1000, seed := 42)
-- WHERE status = 'completed'
-- GROUP BY category
-- ORDER BY category;
--
-- Source: invented, like the orders.
CREATE MACRO audience.demo_lines(customers := 1000, seed := 42) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__demo_options('demo_lines', customers, seed)
), __numbers AS (
    -- One row per customer.
    SELECT unnest(range(1, __customers + 1)) AS __customer, __seed FROM __options
), __lists AS (
    -- One row per customer, with all lines.
    SELECT __customer, __audience_demo_lines('demo_lines', __customer, __seed) AS __lines FROM __numbers
), __rows AS (
    -- One row per order line.
    SELECT __customer, unnest(__lines) AS __line FROM __lists
)
SELECT
    CASE WHEN NOT __line.is_guest THEN __customer END AS customer_id,
    __customer * 10000 + __line.order_number AS order_id,
    __line.order_date,
    __line.product_id,
    __line.product_name,
    __line.category,
    __line.brand,
    __line.quantity,
    __line.amount,
    __line.status
FROM __rows
ORDER BY order_id ASC, __line.product_id ASC;
