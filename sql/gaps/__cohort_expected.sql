-- One row per split, cohort and period ahead: what the cohort is expected to spend from as_of until the end of the
-- period, and the ends of the 80 % interval, which are NULL where the shop is too young to have been wrong.
CREATE MACRO audience.__cohort_expected(
    caller,
    logs,
    clock,
    periods,
    ends
) AS TABLE
WITH __span AS MATERIALIZED (
    -- One row: as_of, the days of a window of the past, of which three lie within three quarters of it, and what is the
    -- same for all customers, where the models of all dates fit into memory.
    SELECT __as_of,
           least((__as_of - (SELECT min(__first) FROM query_table(logs))) // 4,
                 (SELECT max(__end) FROM query_table(ends)) - __as_of) AS __window,
           (SELECT list(__start ORDER BY __start ASC) FROM query_table(periods)) AS __starts,
           (SELECT list(__end ORDER BY __end ASC) FROM query_table(ends)) AS __ends
    FROM query_table(clock)
    WHERE audience.__days_fit(caller, logs)
), __dates AS MATERIALIZED (
    -- One row: also the first days of the windows, and as_of.
    SELECT __starts, __ends,
           CASE WHEN __window > 0 THEN [__as_of - (__back * __window)::INTEGER FOR __back IN [3, 2, 1, 0]]
                ELSE [__as_of] END AS __dates
    FROM __span
), __models AS MATERIALIZED (
    -- One row: also the models of the dates; none without a customer.
    SELECT __starts, __ends, __dates, __audience_history_shop_models(caller, __log, __dates, true, NULL) AS __models
    FROM query_table(logs), __dates
    GROUP BY __starts, __ends, __dates
), __splits AS MATERIALIZED (
    -- One row per split.
    SELECT __split, row_number() OVER () AS __number
    FROM (SELECT DISTINCT __split FROM query_table(logs))
), __expected AS (
    -- One row per split, cohort and period ahead.
    SELECT unnest(__audience_cohort_forecast(caller, __number, __log, __starts, __dates, __models, __ends)) AS __row
    FROM query_table(logs) AS __customer
    JOIN __splits ON __splits.__split IS NOT DISTINCT FROM __customer.__split, __models
)
-- What has been spent by a day is spent by every later one too, and so are the ends of the interval.
SELECT __split, __row.cohort AS __cohort, __row.period_end AS __end, __row.expected AS __expected,
       max(__row.low) OVER __so_far AS __low, max(__row.high) OVER __so_far AS __high
FROM __expected JOIN __splits ON __number = __row.split
WINDOW __so_far AS (PARTITION BY __number, __row.cohort ORDER BY __row.period_end ASC);
