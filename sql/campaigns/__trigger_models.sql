-- One row: the models by which rules are judged from since to until, which `limits` has, and the last day that each of
-- them knows: the day before since, and the last day of every month within. None where no rule of `rule_table` is
-- judged.
CREATE MACRO audience.__trigger_models(
    caller,
    logs,
    rule_table,
    limits
) AS TABLE
WITH __days AS (
    -- One row per day on which another model begins to judge.
    SELECT __day
    FROM (SELECT __limits.since AS __since, unnest(range(__limits.until - __limits.since + 1)) AS __after
          FROM query_table(limits), query_table(rule_table)
          WHERE __are_judged),
         LATERAL (SELECT __since + __after::INTEGER AS __day)
    WHERE __after = 0 OR day(__day) = 1
), __dates AS MATERIALIZED (
    -- One row: the days before, if the models of all of them fit into memory and can be made in time.
    SELECT coalesce(list(__day - 1 ORDER BY __day ASC), []) AS __dates FROM __days
), __allowed AS MATERIALIZED (
    -- One row: the logs to fit, if there are models.
    SELECT __dates,
           CASE WHEN len(__dates) = 0 THEN false
                WHEN len(__dates) * __customers > 200000000
                THEN audience.__refused(caller, concat(
                    'until makes ', len(__dates), ' months with ', __customers, ' customers; choose a shorter span, ',
                    'or leave out the conditions that a model judges'))
                ELSE audience.__days_fit(caller, logs) END AS __are_fitted
    FROM __dates, (SELECT count(*) AS __customers FROM query_table(logs))
)
SELECT coalesce(any_value(__dates), []) AS __dates,
       coalesce(__audience_history_models(caller, __log, __dates), []) AS __models
FROM query_table(logs), __allowed
WHERE __are_fitted;
