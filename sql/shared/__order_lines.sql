-- One row per order line of a customer up to as_of that `filter` leaves. `mark` and `detail` are what the caller needs
-- of a line besides its product; NULL where there is nothing.
CREATE MACRO audience.__order_lines(
    lines,
    customer_id,
    order_date,
    product,
    mark,
    detail,
    as_of,
    filter
) AS TABLE
WITH __lines AS (
    -- One row per line that `filter` leaves.
    SELECT customer_id AS __customer, audience.__day(order_date) AS __day, product AS __product, mark AS __mark,
           detail AS __detail
    FROM query_table(lines)
    WHERE filter
)
FROM __lines
WHERE __customer IS NOT NULL AND isfinite(__day) AND __day <= coalesce(audience.__given_day(as_of), current_date);
