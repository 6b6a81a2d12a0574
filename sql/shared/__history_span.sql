-- One row: the first and the last day to show, by default those of the first purchase and of the latest row, and the
-- day of the first purchase.
CREATE MACRO audience.__history_span(
    caller,
    logs,
    since,
    until
) AS TABLE
SELECT min(__first) AS __first,
       CASE WHEN since IS NULL THEN min(__first)
            ELSE audience.__checked_date(caller, 'since', since) END AS __since,
       CASE WHEN until IS NULL THEN max(__latest)
            ELSE audience.__checked_date(caller, 'until', until) END AS __until
FROM query_table(logs);
