-- One row: what the customers say in the step of the model, packed; NULL in the first. Only the aggregate of the step
-- gets customers, who are those of __lookalike_customers.
CREATE MACRO audience.__lookalike_state(caller, customers, model) AS TABLE
WITH __numbers AS (
    -- One row per product.
    SELECT unnest(range(__product_count))::INTEGER AS __index FROM query_table(model)
), __members AS (
    -- One row: no product belongs to a label.
    SELECT __audience_label_members(caller, __index, NULL) AS __members FROM __numbers
), __frame AS MATERIALIZED (
    -- One row: the model with them.
    FROM query_table(model), __members
), __weights AS (
    -- One row: how many bought what.
    SELECT __audience_intent_weights_state(caller, __basket, __members, __product_count, 1, __as_of, __horizon_days)
               AS __state
    FROM query_table(customers), __frame
    WHERE __next = 'weights' AND __history IS NOT NULL
), __fit AS (
    -- One row: the customers to fit the model to.
    SELECT __audience_lookalike_fit_state(caller, __key, __basket, __history, __weights, __horizon_days) AS __state
    FROM query_table(customers), query_table(model)
    WHERE __next = 'fit'
)
SELECT CASE __next WHEN 'weights' THEN (SELECT __state FROM __weights)
                   WHEN 'fit' THEN (SELECT __state FROM __fit) END AS __state
FROM query_table(model);
