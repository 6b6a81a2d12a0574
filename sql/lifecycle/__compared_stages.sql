-- One row per period to show and stage, with what has changed since the periods that it is compared with. `grid` has
-- a row per period of __history_periods and stage, with its customers, their revenue, and all customers of the period.
CREATE MACRO audience.__compared_stages(grid) AS TABLE
SELECT
    __now.__end AS period_end,
    __now.__stage AS lifecycle_stage,
    __now.__customers AS customers,
    __now.__customers / nullif(__now.__known, 0) AS share,
    __now.__revenue AS revenue,
    __now.__customers - __before.__customers AS change_from_previous,
    __now.__customers - __then.__customers AS change_from_year_before
FROM query_table(grid) AS __now
LEFT JOIN query_table(grid) AS __before ON __now.__stage = __before.__stage AND __now.__period_before = __before.__end
LEFT JOIN query_table(grid) AS __then ON __now.__stage = __then.__stage AND __now.__year_before = __then.__end
WHERE __now.__shown;
