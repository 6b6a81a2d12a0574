-- One row per split, cohort and age, which is counted in periods of the relation `periods`: what the cohort did in this
-- period, and its revenue up to it.
CREATE MACRO audience.__cohort_cells(caller, logs, periods) AS TABLE
WITH __starts AS MATERIALIZED (
    -- One row: the first days of all periods.
    SELECT list(__start ORDER BY __start ASC) AS __starts FROM query_table(periods)
)
SELECT __split, unnest(__audience_cohorts(caller, __log, __starts)) AS __cell
FROM query_table(logs), __starts
GROUP BY __split;
