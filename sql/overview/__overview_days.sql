-- One row per day that an overview looks at, in order: as_of, the same day 1, 3, 6 and 12 months before it, and a
-- month before the last of these; with the shop's model as of that day, and the day and the model before.
CREATE MACRO audience.__overview_days(caller, logs, as_of, season) AS TABLE
WITH __days AS MATERIALIZED (
    -- One row per day; the days of the year before are counted from the same day a year before.
    SELECT __months,
           (__as_of - to_months(__months // 12 * 12) - to_months(__months % 12))::DATE AS __day
    FROM audience.__clock(caller, logs, as_of), (SELECT unnest([0, 1, 3, 6, 12, 13]) AS __months)
), __dates AS MATERIALIZED (
    -- One row: the days, where the models of all of them fit into memory; those of which the expected revenue is shown,
    -- which follows from more than the stages do; and whether seasons are wanted.
    SELECT list(__day ORDER BY __day ASC) AS __dates,
           list(__day ORDER BY __day ASC) FILTER (__months IN (0, 12)) AS __learn,
           audience.__checked_switch(caller, 'season', season) AS __season
    FROM __days WHERE audience.__days_fit(caller, logs)
), __models AS (
    -- One row: the models of all days; none without a customer.
    SELECT __dates, __audience_history_shop_models(caller, __log, __dates, __season, __learn) AS __shops
    FROM query_table(logs), __dates
    GROUP BY __dates, __season, __learn
), __dated AS (
    -- One row per day with its model.
    SELECT unnest(__dates) AS __day, unnest(__shops) AS __shop FROM __models
)
SELECT __months, __day, __shop, __audience_stage_model(caller, __shop) AS __model,
       lag(__day) OVER (ORDER BY __day ASC) AS __day_before,
       __audience_stage_model(caller, lag(__shop) OVER (ORDER BY __day ASC)) AS __model_before
FROM __days LEFT JOIN __dated USING (__day);
