-- One row per order line of a customer up to as_of that `filter` leaves. `mark` and `detail` are what the caller needs
-- of a line besides its product; NULL where there is nothing. `amount` is the line's, as in audience.customers.
CREATE MACRO audience.__order_lines(
    caller,
    lines,
    customer_id,
    order_date,
    product,
    argument,
    mark,
    detail,
    as_of,
    filter,
    amount := NULL
) AS TABLE
WITH __lines AS (
    -- One row per line that `filter` leaves.
    SELECT audience.__column(caller, 'customer_id', customer_id, __row) AS __customer,
           audience.__date_column(caller, 'order_date', order_date, __row) AS __day,
           audience.__column(caller, 'product', product, __row) AS __product,
           audience.__column(caller, argument, mark, __row) AS __mark, detail AS __detail,
           audience.__number_column(caller, 'amount', amount, __row) AS __amount
    FROM query_table(lines) AS __row
    WHERE audience.__condition(caller, 'filter', filter)
)
FROM __lines
WHERE __customer IS NOT NULL AND isfinite(__day) AND __day <= audience.__until(caller, as_of);
