-- Adds up what the parts of the orders say about the models of all periods: one row with one STRUCT, with which
-- audience.lifecycle_history counts each part. The models are bit for bit those that it would fit to all orders. See
-- audience.period_models_part and scale.md.
--
-- Arguments:
-- - states: the quoted name of a relation with the column of audience.period_models_part, one row per part, of all
--   customers, such as 'periods_*.parquet'; nothing tells that a part is missing or there twice
--
-- Returns:
-- - models: STRUCT with first_order_date (the first purchase of all customers) and periods, a list with period_end and
--   model (r, alpha, a, b, typical_gap_days, order_value), as in audience.purchase_model
--
-- Errors:
-- - there is no state, or one is NULL, or the parts have other periods
-- - a state was made for something else, by another version, or is damaged
-- - all periods together have more than 400 million different customers
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE parts AS
-- FROM audience.period_models_part('orders', customer_id, order_date, amount, filter := customer_id % 2 = 0,
--                                  since := DATE '2025-10-01', until := DATE '2025-12-31')
-- UNION ALL
-- FROM audience.period_models_part('orders', customer_id, order_date, amount, filter := customer_id % 2 = 1,
--                                  since := DATE '2025-10-01', until := DATE '2025-12-31');
-- SELECT models.first_order_date, len(models.periods) AS periods, models.periods[-1].model.typical_gap_days AS gap
-- FROM audience.period_models('parts')
-- ORDER BY gap;
--
-- Source: as in audience.lifecycle_stage.
CREATE MACRO audience.period_models(states) AS TABLE
WITH __found AS (
    -- One row: the models of all periods.
    SELECT count(*) AS __rows, count(state) AS __states,
           __audience_period_models_merged('period_models', state) AS __models
    FROM query_table(states)
)
SELECT CASE WHEN __states < __rows
            THEN audience.__refused('period_models', 'states must have a state in every row, got NULL')
            WHEN __states > 0 THEN __models
            ELSE audience.__refused(
                'period_models', 'states must have a row of audience.period_models_part per part, got none')
       END AS models
FROM __found;
