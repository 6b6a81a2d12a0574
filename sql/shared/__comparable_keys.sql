-- One row: true if the column customer_id of two relations has types that can be compared. Otherwise DuckDB's own error
-- would name neither the function nor the argument. Whatever casts the keys has to wait for this row. Nothing is
-- refused where the second relation was not given.
CREATE MACRO audience.__comparable_keys(
    caller,
    arguments,
    first_rows,
    second_rows,
    is_given := true
) AS TABLE
WITH __types AS (
    -- One row per relation.
    SELECT 1 AS __place, typeof(any_value(customer_id)) AS __type
    FROM (SELECT customer_id FROM query_table(first_rows) LIMIT 0)
    UNION ALL
    SELECT 2, typeof(any_value(customer_id))
    FROM (SELECT customer_id FROM query_table(second_rows) LIMIT 0)
), __families AS (
    -- One row per relation, with what its type can be compared with.
    SELECT __place, __type, audience.__type_family(__type) AS __family FROM __types
)
SELECT CASE WHEN is_given AND count(DISTINCT __family) > 1
            THEN audience.__refused(caller, concat(arguments, ' must have a customer_id of the same type, got ',
                                                   string_agg(__type, ' and ' ORDER BY __place ASC)))
            ELSE true END AS __is_comparable
FROM __families;
