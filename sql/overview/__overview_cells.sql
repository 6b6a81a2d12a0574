-- One row per day of __overview_days and stage, also for stages without customers, and per day for all customers: what
-- is counted and added up. `logs` and `days` are those of __overview_states.
CREATE MACRO audience.__overview_cells(caller, logs, days, options) AS TABLE
WITH __states AS (
    -- One row per customer and day.
    SELECT *, coalesce(__stage_before >= 'Slipping Away'::audience.lifecycle_stage, false) AS __was_slipping
    FROM audience.__overview_states(caller, logs, days, options)
), __summed AS MATERIALIZED (
    -- One row per day and stage, and per day.
    SELECT __months, __stage, count(*) AS __customers,
           CASE WHEN count(__revenue) > 0 THEN __audience_exact_sum(caller, __month) END AS __month,
           CASE WHEN count(__revenue) > 0 THEN __audience_exact_sum(caller, __year) END AS __year,
           __audience_exact_sum(caller, __expected) AS __expected,
           count(*) FILTER (__stage_before IS NULL) AS __new,
           count(*) FILTER (__stage = 'Slipping Away' AND NOT __was_slipping) AS __slipped,
           count(*) FILTER (__stage = 'Lost' AND __stage_before IS DISTINCT FROM 'Lost') AS __lost
    FROM __states
    GROUP BY GROUPING SETS ((__months, __stage), (__months))
), __spans AS MATERIALIZED (
    -- One row per month that is looked at: the last one, and the same a year before.
    SELECT __day_before AS __since, __day AS __until, __model_before AS __early_model, __model AS __late_model,
           __stage_options
    FROM query_table(days), query_table(options)
    WHERE __months IN (0, 12) AND __model IS NOT NULL
), __returned AS (
    -- One row per month and stage, and per month.
    SELECT __until AS __day, __stage, count(*) AS __won_back
    FROM audience.__won_back(caller, logs, '__spans')
    GROUP BY GROUPING SETS ((__until, __stage), (__until))
), __places AS (
    -- One row per day and stage, and per day for all: whether there was a customer in the shop.
    SELECT __months, __day, __stage::audience.lifecycle_stage AS __stage,
           coalesce(__day >= (SELECT min(__first) FROM query_table(logs)), false) AS __known
    FROM query_table(days), (SELECT unnest(enum_range(NULL::audience.lifecycle_stage) || [NULL]) AS __stage)
)
SELECT __places.__months, __places.__day, __places.__stage, __known,
       coalesce(__customers, 0) AS __customers, coalesce(__new, 0) AS __new, coalesce(__won_back, 0) AS __won_back,
       coalesce(__slipped, 0) AS __slipped, coalesce(__lost, 0) AS __lost,
       CASE WHEN __customers > 0 THEN __month ELSE 0 END AS __month,
       CASE WHEN __customers > 0 THEN __year ELSE 0 END AS __year,
       CASE WHEN __customers > 0 THEN __expected ELSE 0 END AS __expected
FROM __places
LEFT JOIN __summed ON __summed.__months = __places.__months AND __summed.__stage IS NOT DISTINCT FROM __places.__stage
LEFT JOIN __returned ON __returned.__day = __places.__day AND __returned.__stage IS NOT DISTINCT FROM __places.__stage;
