-- One row: the date, and the model to score with, which is the one given or the one fitted to the histories. Fitting
-- reads no row when a model is given.
CREATE MACRO audience.__fit(
    caller,
    histories,
    as_of,
    model
) AS TABLE
WITH __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock(caller, histories, as_of)
), __given AS MATERIALIZED (
    -- One row: the model that was given, or NULL.
    SELECT __audience_given_model(caller, model::STRUCT(
               r DOUBLE, alpha DOUBLE, a DOUBLE, b DOUBLE, typical_gap_days DOUBLE, order_value DOUBLE)) AS __given
), __fitted AS (
    -- One row: the model that was fitted.
    SELECT __audience_purchase_model_fit(caller, __history, __as_of).model AS __fitted
    FROM query_table(histories), __clock, __given
    WHERE __given IS NULL
)
SELECT __as_of, coalesce(__given, __fitted) AS __model
FROM __clock, __given, __fitted;
