-- One row: true, or an error where something of order lines is given without the lines. What is no column of
-- `customers` either is DuckDB's own error. A filter that is not given is true also of a row of NULLs, and written so;
-- DuckDB before 2.0 does not tell how another one was written.
CREATE MACRO audience.__lines_meant(
    caller,
    customers,
    lines,
    line_customer_id,
    line_date,
    product,
    filter
) AS TABLE
WITH __none AS (
    -- One row, without a column that could be meant.
    SELECT 1 AS __place
), __row AS (
    -- One row per row of the relation that the arguments are expressions over; none.
    FROM query_table(coalesce(lines, customers)) LIMIT 0
)
SELECT CASE WHEN lines IS NULL AND typeof(line_customer_id) <> '"NULL"'
            THEN audience.__refused(caller, 'line_customer_id needs lines')
            WHEN lines IS NULL AND typeof(line_date) <> '"NULL"'
            THEN audience.__refused(caller, 'line_date needs lines')
            WHEN lines IS NULL AND typeof(product) <> '"NULL"'
            THEN audience.__refused(caller, 'product needs lines')
            WHEN lines IS NULL
             AND (audience.__condition(caller, 'filter', filter) IS NOT TRUE
                  OR alias(filter) NOT IN ('true', 'CAST(''t'' AS BOOLEAN)'))
            THEN audience.__refused(caller, 'filter needs lines; filter the customers in the relation itself')
            ELSE true END AS __is_meant
FROM __none LEFT JOIN __row ON true;
