-- One row per period from since to until (by default the first purchase and the latest row). For comparison also the
-- periods of the year before since, and at least one, as far as there are customers.
CREATE MACRO audience.__history_periods(
    caller,
    logs,
    every,
    since,
    until
) AS TABLE
WITH __span AS MATERIALIZED (
    -- One row: the first and the last day to show, and that of the first purchase.
    SELECT min(__first) AS __first,
           CASE WHEN since IS NULL THEN min(__first)
                ELSE audience.__checked_date(caller, 'since', since) END AS __since,
           CASE WHEN until IS NULL THEN max(__latest)
                ELSE audience.__checked_date(caller, 'until', until) END AS __until
    FROM query_table(logs)
), __shown AS MATERIALIZED (
    -- One row per period to show.
    FROM audience.__periods(caller, every, (SELECT __since FROM __span), (SELECT __until FROM __span))
), __before AS (
    -- One row per period that is only compared with.
    FROM audience.__periods(caller, every,
        (SELECT least(__start - INTERVAL 1 YEAR, __start - TRY_CAST(every::VARCHAR AS INTERVAL))::DATE
         FROM __shown
         ORDER BY __start
         LIMIT 1),
        (SELECT min(__start) - 1 FROM __shown))
    WHERE __end >= (SELECT __first FROM __span)
)
SELECT *, false AS __shown FROM __before UNION ALL SELECT *, true FROM __shown;
