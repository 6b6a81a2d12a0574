-- One row: the date; the model to score with, packed, which is the one given or the one fitted to the histories, to
-- learn for horizon_days, with the shop's seasons or without; and its part that the stages are judged by, which is
-- MBG/NBD alone. Fitting reads no row when a model is given.
CREATE MACRO audience.__fit(
    caller,
    histories,
    as_of,
    model,
    horizon_days := 180,
    season := true
) AS TABLE
WITH __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock(caller, histories, as_of)
), __given AS MATERIALIZED (
    -- One row: also the model that was given, or NULL.
    SELECT __as_of, __audience_given_model(caller, audience.__checked_model(caller, model, as_of),
                                           audience.__checked_switch(caller, 'season', season)) AS __given
    FROM __clock
), __fitted AS (
    -- One row: the model that was fitted.
    SELECT __audience_packed_model_fit(caller, __history, __gaps, __as_of, horizon_days,
                                       audience.__checked_switch(caller, 'season', season)) AS __fitted
    FROM query_table(histories), __given
    WHERE __given IS NULL
), __chosen AS (
    -- One row: the date and the model.
    SELECT __as_of, coalesce(__given, __fitted) AS __shop
    FROM __given, __fitted
)
SELECT __as_of, __shop, __audience_stage_model(caller, __shop) AS __model
FROM __chosen;
