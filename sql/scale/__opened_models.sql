-- One row: whether models were given, and what the STRUCT of audience.period_models holds, checked, because it may have
-- been put together by hand. With models the periods must be given, because those of a part would be others.
CREATE MACRO audience.__opened_models(
    caller,
    stored,
    models,
    since,
    until
) AS TABLE
WITH __meant AS (
    -- One row: a NULL of the type of each field.
    SELECT NULL::DATE AS first_order_date,
           NULL::STRUCT(period_end DATE, model STRUCT(
               r DOUBLE, alpha DOUBLE, a DOUBLE, b DOUBLE, typical_gap_days DOUBLE, order_value DOUBLE))[] AS periods
), __given AS MATERIALIZED (
    -- One row: the models, with NULLs where nothing was given.
    FROM audience.__fields_given(stored, models, '__meant')
)
SELECT CASE WHEN NOT __is_passed THEN false
            WHEN periods IS NULL
            THEN audience.__refused(
                caller, concat('models must be the column models of audience.period_models, got ', __kind))
            WHEN since IS NULL OR until IS NULL
            THEN audience.__refused(caller, concat(
                CASE WHEN since IS NULL THEN 'since' ELSE 'until' END,
                ' must be given with models, as for audience.period_models_part, got NULL'))
            ELSE true END AS __is_given,
       first_order_date AS __first_of_all,
       periods::STRUCT(period_end DATE, model STRUCT(
           r DOUBLE, alpha DOUBLE, a DOUBLE, b DOUBLE, typical_gap_days DOUBLE, order_value DOUBLE))[] AS __periods
FROM __given;
