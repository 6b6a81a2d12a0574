-- One row: the shop's threshold in days, which is lapse_days or the one of these histories. `fit` has the day.
CREATE MACRO audience.__shop_lapse(caller, histories, fit, lapse_days) AS TABLE
WITH __given AS MATERIALIZED (
    -- One row: the checked option.
    FROM audience.__given_lapse(caller, lapse_days)
), __found AS (
    -- One row: the threshold, where it is asked for.
    SELECT __audience_lapse_days(caller, __history, __gaps, __as_of).threshold_days AS __found
    FROM query_table(histories), query_table(fit), __given
    WHERE __given_days IS NULL
)
SELECT coalesce(__given_days, __found) AS __lapse_days
FROM __given, __found;
