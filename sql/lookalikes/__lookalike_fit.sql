-- What tells the seeds from the other customers of __lookalike_customers, in one row, so that nothing has to be joined
-- to the weights; `caller` is the function that an error names.
CREATE MACRO audience.__lookalike_fit(
    caller,
    customers,
    products,
    as_of,
    folds
) AS TABLE
WITH __frame AS MATERIALIZED (
    SELECT __as_of, __members, 365 AS __horizon_days, (1 + folds)::INTEGER AS __labels,
           -- The counts allow as many pairs of a product and a label: MOST_PAIRS in src/models/intent/counts.rs.
           CASE WHEN __product_count * (1 + folds) > 33_554_432
                THEN error(concat('audience: ', caller, ': product has ', format('{:,}', __product_count), ' values; at most ',
                                  format('{:,}', 33_554_432 // (1 + folds)), ' are counted: use coarser products or a filter'))
                ELSE __product_count::INTEGER END AS __product_count
    FROM audience.__clock(caller, customers, as_of),
         (SELECT count(*) AS __product_count, __audience_label_members(caller, __index, NULL) AS __members FROM query_table(products))
), __weighed AS MATERIALIZED (
    SELECT __weights, __horizon_days
    FROM __frame, (
        SELECT __audience_intent_weights(caller, __basket, __members, __product_count, __labels, __as_of, __horizon_days) AS __weights
        FROM query_table(customers), __frame
        WHERE __history IS NOT NULL
    )
)
SELECT *
FROM __weighed, (
    SELECT __audience_lookalike_fit(caller, __key, __basket, __history, __weights, __horizon_days) AS __fit
    FROM query_table(customers), __weighed
);
