-- One row per customer with a group: the value of an expression on their latest purchase that has one (the greatest of
-- several that day). For a NULL expression there is no row at all, and no second scan.
CREATE MACRO audience.__latest_groups(
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter,
    group_by
) AS TABLE
WITH __rows AS (
    -- One row per order row that `filter` leaves.
    SELECT customer_id AS __customer, audience.__day(order_date) AS __day, amount AS __amount, group_by AS __group
    FROM query_table(orders)
    WHERE filter
)
SELECT __customer, max({'day': __day, 'group': __group}).group AS __group
FROM __rows
WHERE __customer IS NOT NULL AND __group IS NOT NULL
  AND isfinite(__day) AND __day <= coalesce(audience.__given_day(as_of), current_date)
  AND coalesce(__amount >= 0 OR __amount = '-infinity'::DOUBLE, true)
GROUP BY __customer;
