-- One row per order line up to as_of that `filter` leaves, and set of products that it belongs to; one without a set
-- where it belongs to none. `checked` has the definitions, as in audience.members.
CREATE MACRO audience.__asked_lines(
    caller,
    checked,
    lines,
    line_customer_id,
    line_date,
    product,
    filter
) AS TABLE
WITH __lines AS (
    -- One row per line that `filter` leaves.
    SELECT CASE WHEN typeof(line_customer_id) = '"NULL"'
                THEN audience.__refused(caller, 'lines needs line_customer_id and line_date')
                ELSE audience.__column(caller, 'line_customer_id', line_customer_id, __row) END AS __customer,
           CASE WHEN typeof(line_date) = '"NULL"'
                THEN audience.__refused(caller, 'lines needs line_customer_id and line_date')::DATE
                ELSE audience.__date_column(caller, 'line_date', line_date, __row) END AS __day,
           audience.__column(caller, 'product', product, __row) AS __product,
           __audience_product_sets(caller, __definitions, __as_of, __row) AS __sets,
           __as_of
    FROM query_table(lines) AS __row, query_table(checked)
    WHERE audience.__condition(caller, 'filter', filter)
      AND CASE WHEN typeof(product) = '"NULL"' AND __labels > 0
               THEN audience.__refused(caller, 'product must be given, because a definition asks who is interested')
               ELSE true END
)
SELECT __customer, __day, __product, unnest(CASE WHEN len(__sets) > 0 THEN __sets ELSE [NULL] END) AS __set
FROM __lines
WHERE __customer IS NOT NULL AND isfinite(__day) AND __day <= __as_of;
