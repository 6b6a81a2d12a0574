-- One row per period that ends after as_of, up to a century ahead: its last day, and its number, counted from the first
-- period of the relation `periods`, which ends with as_of. `clock` is one row: as_of, and how many periods are asked
-- for after the one that holds it.
CREATE MACRO audience.__periods_ahead(caller, every, clock, periods) AS TABLE
WITH __counted AS MATERIALIZED (
    -- One row: how many periods have ended, and how many are asked for.
    SELECT count(*) FILTER (__complete) AS __ended,
           (SELECT __ahead FROM query_table(clock)) + count(*) FILTER (NOT __complete) AS __asked
    FROM query_table(periods)
), __until AS MATERIALIZED (
    -- One row: the days between which they end. Later than a timestamp can be is later than a century, and after the
    -- last day of the calendar there is none.
    SELECT __as_of,
           least(TRY_CAST(TRY(__as_of + 36525) AS TIMESTAMP)::DATE,
                 TRY(__as_of + (__ahead + 1) * TRY_CAST(every::VARCHAR AS INTERVAL))::DATE) AS __until
    FROM query_table(clock)
), __ends AS (
    -- One row per period that ends after as_of.
    SELECT __end, row_number() OVER (ORDER BY __end ASC) AS __place
    FROM audience.__periods(caller, every, (SELECT __as_of FROM __until), (SELECT __until FROM __until))
    WHERE __complete AND __end > (SELECT __as_of FROM __until)
)
SELECT __end, __ended + __place - 1 AS __number
FROM __ends, __counted
WHERE __place <= __asked;
