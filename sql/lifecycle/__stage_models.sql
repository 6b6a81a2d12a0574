-- One row: the models of both days of `dates`, the ones given or those fitted to the histories: of the later day the
-- whole, packed, and of both the part that stages are judged by. Fitting reads no row when models are given.
CREATE MACRO audience.__stage_models(
    caller,
    histories,
    dates,
    since_model,
    until_model
) AS TABLE
WITH __passed AS MATERIALIZED (
    -- One row: the days, and the models that were given.
    SELECT __since, __until, since_model AS __early, until_model AS __late FROM query_table(dates)
), __structs AS MATERIALIZED (
    -- One row: the models that were given, or NULLs.
    SELECT __since, __until,
           CASE WHEN (__early IS NULL) <> (__late IS NULL)
                THEN audience.__refused(caller, 'since_model and until_model must be given together')
                ELSE __early IS NOT NULL END AS __are_given,
           audience.__checked_model(caller, __early, __since, 'since_model') AS __early_model,
           audience.__checked_model(caller, __late, __until, 'until_model') AS __late_model
    FROM __passed
), __given AS MATERIALIZED (
    -- One row: the models that were given, packed, or NULLs. Those of other days, as the two in the wrong order, would
    -- give other stages.
    SELECT __since, __until, __are_given,
           __audience_given_model(
               caller, audience.__model_of(caller, __early_model, __since, 'since_model', 'since'), true)
               AS __given_before,
           __audience_given_model(
               caller, audience.__model_of(caller, __late_model, __until, 'until_model', 'until'), true)
               AS __given_after
    FROM __structs
), __fitted AS (
    -- One row: the models that were fitted.
    SELECT __audience_packed_model_fit(caller, __before, NULL, __since, 180, true) AS __fitted_before,
           __audience_packed_model_fit(caller, __after, __gaps, __until, 180, true) AS __fitted_after
    FROM query_table(histories), __given
    WHERE NOT __are_given
), __chosen AS (
    -- One row: the models of both days.
    SELECT CASE WHEN __are_given THEN __given_before ELSE __fitted_before END AS __shop_before,
           CASE WHEN __are_given THEN __given_after ELSE __fitted_after END AS __shop_after
    FROM __given, __fitted
)
SELECT __shop_after, __audience_stage_model(caller, __shop_before) AS __model_before,
       __audience_stage_model(caller, __shop_after) AS __model_after
FROM __chosen;
