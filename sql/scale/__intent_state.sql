-- One row: what the baskets say in the step of the model, packed; NULL in the first. Only the aggregate of the step
-- gets baskets.
CREATE MACRO audience.__intent_state(caller, baskets, model) AS TABLE
WITH __weights AS (
    -- One row: how many bought what.
    SELECT __audience_intent_weights_state(caller, __basket, __members, __product_count, __label_count, __as_of,
                                           __horizon_days) AS __state
    FROM query_table(baskets), query_table(model)
    WHERE __next = 'weights' AND audience.__intent_counts_fit(caller, __product_count, __label_count)
), __scales AS (
    -- One row: the similarities.
    SELECT __audience_intent_scales_state(caller, __basket, __model.__weights, __horizon_days) AS __state
    FROM query_table(baskets), query_table(model) AS __model
    WHERE __next = 'scales'
), __calibration AS (
    -- One row: log odds, and what was bought since.
    SELECT __audience_intent_calibration_state(caller, __basket, __model.__weights, __model.__scales, __horizon_days)
               AS __state
    FROM query_table(baskets), query_table(model) AS __model
    WHERE __next = 'calibration'
)
SELECT CASE __next WHEN 'weights' THEN (SELECT __state FROM __weights)
                   WHEN 'scales' THEN (SELECT __state FROM __scales)
                   WHEN 'calibration' THEN (SELECT __state FROM __calibration) END AS __state
FROM query_table(model);
