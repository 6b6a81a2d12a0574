-- One row per customer with a group: the value of an expression on their latest purchase that has one (the greatest of
-- several that day). For a NULL expression there is no row at all, and no second scan.
CREATE MACRO audience.__latest_groups(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter,
    argument,
    group_by
) AS TABLE
WITH __rows AS (
    -- One row per order row that `filter` leaves.
    SELECT audience.__column(caller, 'customer_id', customer_id, __row) AS __customer,
           audience.__date_column(caller, 'order_date', order_date, __row) AS __day,
           audience.__number_column(caller, 'amount', amount, __row) AS __amount,
           audience.__column(caller, argument, group_by, __row) AS __group
    FROM query_table(orders) AS __row
    WHERE audience.__condition(caller, 'filter', filter)
)
SELECT __customer, max({'day': __day, 'group': __group}).group AS __group
FROM __rows
WHERE __customer IS NOT NULL AND __group IS NOT NULL
  AND isfinite(__day) AND __day <= coalesce(audience.__given_day(as_of), current_date)
  AND coalesce(__amount >= 0 OR __amount = '-infinity'::DOUBLE, true)
GROUP BY __customer;
