-- One row: the model so far, what is to be learned next, and the last day that is looked at. Day and horizon are those
-- of the model, where there is one.
CREATE MACRO audience.__intent_step(caller, given, as_of, horizon_days) AS TABLE
WITH __asked AS (
    -- One row: also what was asked for.
    SELECT *,
           CASE WHEN as_of IS NOT NULL THEN audience.__checked_date(caller, 'as_of', as_of) END AS __asked_day,
           audience.__checked_number(caller, 'horizon_days', horizon_days, 1, 3650) AS __asked_horizon
    FROM query_table(given)
)
SELECT *,
       CASE WHEN __step = 'calibration'
            THEN audience.__refused(caller, 'model is complete; score with audience.interested_in_of')
            WHEN __asked_day <> __as_of
            THEN audience.__refused(caller, concat('as_of must be that of the model, ', __as_of, ', got ', __asked_day))
            WHEN __asked_horizon <> __horizon_days
            THEN audience.__refused(caller, concat('horizon_days must be that of the model, ', __horizon_days, ', got ',
                                                   __asked_horizon))
            ELSE audience.__next_step(audience.__intent_steps(), __step) END AS __next,
       coalesce(__as_of, __asked_day, current_date) AS __until
FROM __asked;
