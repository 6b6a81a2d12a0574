-- One row: the weights, scales and calibration of purchase intent, with the options. All that is the same for every
-- customer travels in one row, and nothing is joined between the weights and the scores: DuckDB pulls projections above
-- joins, and would store a copy of the weights for every customer.
CREATE MACRO audience.__intent_model(
    caller,
    baskets,
    numbered,
    products,
    labels,
    options
) AS TABLE
WITH __frame AS MATERIALIZED (
    -- One row: what the weights need besides the baskets.
    SELECT *,
           (SELECT count(*) FROM query_table(products))::INTEGER AS __product_count,
           (SELECT count(*) FROM query_table(labels))::INTEGER AS __label_count
    FROM query_table(options),
         (SELECT __audience_label_members(caller, __index, __number) AS __members FROM query_table(numbered))
), __counted AS MATERIALIZED (
    -- One row: the same, where the counts fit into memory.
    SELECT *
    FROM __frame
    WHERE audience.__intent_counts_fit(caller, __product_count, __label_count)
), __weighed AS MATERIALIZED (
    -- One row: also the weight of each product for each label.
    SELECT * EXCLUDE (__members)
    FROM __counted, (
        SELECT __audience_intent_weights(caller, __basket, __members, __product_count, __label_count, __as_of,
                                         __horizon_days) AS __weights
        FROM query_table(baskets), __counted
    )
), __scaled AS MATERIALIZED (
    -- One row: also the mean similarity to each label.
    SELECT *
    FROM __weighed, (
        SELECT __audience_intent_scales(caller, __basket, __weights, __horizon_days) AS __scales
        FROM query_table(baskets), __weighed
    )
)
SELECT *
FROM __scaled, (
    SELECT __audience_intent_calibration(caller, __basket, __weights, __scales, __horizon_days) AS __calibration
    FROM query_table(baskets), __scaled
);
