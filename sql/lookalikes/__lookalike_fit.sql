-- One row: what tells the seeds from the other customers of __lookalike_customers. It has all that scores need, so that
-- nothing has to be joined to the weights.
CREATE MACRO audience.__lookalike_fit(
    caller,
    customers,
    products,
    as_of,
    folds
) AS TABLE
WITH __members AS (
    -- One row: the number of products; no product belongs to a label.
    SELECT count(*)::INTEGER AS __product_count, __audience_label_members(caller, __index, NULL) AS __members
    FROM query_table(products)
), __frame AS MATERIALIZED (
    -- One row: what the weights need besides the baskets.
    SELECT __as_of, __members, 365 AS __horizon_days, (1 + folds)::INTEGER AS __labels, __product_count
    FROM audience.__clock(caller, customers, as_of), __members
), __weighed AS MATERIALIZED (
    -- One row: the weights of the taste.
    SELECT __weights, __horizon_days
    FROM __frame, (
        SELECT __audience_intent_weights(caller, __basket, __members, __product_count, __labels, __as_of,
                                         __horizon_days) AS __weights
        FROM query_table(customers), __frame
        WHERE __history IS NOT NULL
    )
)
SELECT *
FROM __weighed, (
    SELECT __audience_lookalike_fit(caller, __key, __basket, __history, __weights, __horizon_days) AS __fit
    FROM query_table(customers), __weighed
);
