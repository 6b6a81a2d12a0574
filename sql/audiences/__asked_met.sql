-- One row: true if every set of products has an order line, as far as there are customers. `sets` has the sets of the
-- lines, and a NULL for lines without one.
CREATE MACRO audience.__asked_met(caller, checked, customers, sets) AS TABLE
WITH __asked AS (
    -- One row per set.
    SELECT unnest(range(len(__product_sets))) AS __set FROM query_table(checked)
), __missing AS (
    -- One row: the first set without a line, and whether there is any line.
    SELECT min(__set) AS __first, (SELECT count(*) FROM query_table(sets)) > 0 AS __are_lines
    FROM __asked ANTI JOIN query_table(sets) USING (__set)
    WHERE (SELECT count(*) FROM query_table(customers)) > 0
)
SELECT CASE WHEN __first IS NOT NULL AND NOT __are_lines
            THEN audience.__refused(caller, concat('lines must have a line with a customer up to as_of, ', __as_of,
                                                   ', that filter leaves; there is none'))
            WHEN __first IS NOT NULL
            THEN audience.__refused(caller, concat('definition ', __product_sets[__first + 1],
                                                   ': holds for no order line'))
            ELSE true END AS __is_met
FROM __missing, query_table(checked);
