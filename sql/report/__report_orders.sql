-- One row per order row of a customer up to as_of, with checked columns. All of the page is computed from these: the
-- relation is read once, and an error names the function that was called.
CREATE MACRO audience.__report_orders(
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter
) AS TABLE
SELECT __customer, __day, CASE WHEN isfinite(__amount) THEN __amount END AS __amount
FROM audience.__order_rows('report', orders, customer_id, order_date, amount, filter)
WHERE __customer IS NOT NULL
  AND isfinite(__day)
  AND __day <= audience.__until('report', as_of);
