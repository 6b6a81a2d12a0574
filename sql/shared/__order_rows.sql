-- One row per order row that `filter` leaves, with checked columns, and what the rows are grouped by, which is the
-- argument of that name. Where a value is given, it is what counts as revenue, and the amount only says which rows are
-- purchases. Shared by everything that reads orders.
CREATE MACRO audience.__order_rows(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    filter,
    group_by := NULL,
    argument := NULL,
    value := NULL
) AS TABLE
SELECT audience.__column(caller, 'customer_id', customer_id, __row) AS __customer,
       audience.__date_column(caller, 'order_date', order_date, __row) AS __day,
       audience.__number_column(caller, 'amount', amount, __row) AS __amount,
       CASE WHEN typeof(value) = '"NULL"' THEN TRY_CAST(amount AS DOUBLE)
            ELSE audience.__number_column(caller, 'value', value, __row) END AS __value,
       audience.__column(caller, argument, group_by, __row) AS __grouping
FROM query_table(orders) AS __row
WHERE audience.__condition(caller, 'filter', filter);
