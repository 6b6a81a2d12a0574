-- One row per period of `span`, which is that of __history_span, with the last days of those that it is compared with:
-- of the period before, and of the one that holds the same day a year before. A period
-- that is cut off at until is compared with that very day, because the whole period would have had more time. What is
-- only compared with has rows too: the periods of the year before since, and at least one, as far as there are
-- customers, and that day.
CREATE MACRO audience.__history_periods(caller, span, every) AS TABLE
WITH __span AS MATERIALIZED (
    -- One row: the first and the last day to show, and that of the first purchase.
    FROM query_table(span)
), __shown AS MATERIALIZED (
    -- One row per period to show.
    FROM audience.__periods(caller, every, (SELECT __since FROM __span), (SELECT __until FROM __span))
), __before AS (
    -- One row per period that is only compared with.
    FROM audience.__periods(caller, every,
        (SELECT least(__start - INTERVAL 1 YEAR, __start - TRY_CAST(every::VARCHAR AS INTERVAL))::DATE
         FROM __shown
         ORDER BY __start ASC
         LIMIT 1),
        (SELECT min(__start) - 1 FROM __shown))
    WHERE __end >= (SELECT __first FROM __span)
), __periods AS MATERIALIZED (
    -- One row per period.
    SELECT *, (__end - INTERVAL 1 YEAR)::DATE AS __same_day
    FROM (SELECT *, false AS __shown FROM __before UNION ALL SELECT *, true FROM __shown)
), __compared AS MATERIALIZED (
    -- One row per period.
    SELECT __now.__end, __now.__shown, lag(__now.__end) OVER (ORDER BY __now.__end ASC) AS __period_before,
           CASE WHEN __now.__complete THEN __then.__end
                WHEN __now.__same_day >= __first THEN __now.__same_day END AS __year_before
    FROM __span, __periods AS __now
    LEFT JOIN __periods AS __then
        ON __now.__same_day BETWEEN __then.__start AND __then.__end AND __then.__end < __now.__start
)
FROM __compared
UNION ALL
SELECT __year_before, false, NULL, NULL
FROM __compared
WHERE __year_before NOT IN (SELECT __end FROM __compared);
