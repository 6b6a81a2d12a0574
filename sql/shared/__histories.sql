-- One row per customer with a row up to as_of: the purchase history (NULL if there are only refunds) and the day of the
-- latest row. Shared by all table functions, so that they agree on every customer.
CREATE MACRO audience.__histories(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter
) AS TABLE
WITH __rows AS (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows(caller, orders, customer_id, order_date, amount, filter)
), __summaries AS (
    -- One row per customer.
    SELECT __customer, __audience_purchase_history(caller, __day, __amount) AS __summary
    FROM __rows
    WHERE __customer IS NOT NULL AND __day <= audience.__until(caller, as_of)
    GROUP BY __customer
)
SELECT __customer, __summary.history AS __history, __summary.latest AS __latest
FROM __summaries
WHERE __summary IS NOT NULL;
