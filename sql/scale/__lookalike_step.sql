-- One row: the model so far, what is to be learned next, and the last day that is looked at, which is that of the model
-- where there is one.
CREATE MACRO audience.__lookalike_step(caller, given, as_of) AS TABLE
WITH __asked AS (
    -- One row: also the day that was asked for.
    SELECT *, CASE WHEN as_of IS NOT NULL THEN audience.__checked_date(caller, 'as_of', as_of) END AS __asked_day
    FROM query_table(given)
)
SELECT *,
       CASE WHEN __step = 'fit'
            THEN audience.__refused(caller, 'model is complete; score with audience.lookalikes_of')
            WHEN __asked_day <> __as_of
            THEN audience.__refused(caller, concat('as_of must be that of the model, ', __as_of, ', got ', __asked_day))
            ELSE audience.__next_step(audience.__lookalike_steps(), __step) END AS __next,
       coalesce(__as_of, __asked_day, current_date) AS __until
FROM __asked;
