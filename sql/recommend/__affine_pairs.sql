-- One row per pair of products to list, with its measures and its q-value. `bought` has the matrix, and `frame` the
-- options, of audience.product_affinity.
CREATE MACRO audience.__affine_pairs(products, bought, frame) AS TABLE
WITH __partners AS (
    -- One row per product, with all products bought by enough of the same.
    SELECT __index, __audience_bought_together('product_affinity', __index, __matrix, __min_together) AS __partners
    FROM query_table(products), query_table(bought)
), __unnested AS (
    -- One row per pair.
    SELECT __index, unnest(__partners) AS __partner FROM __partners
), __pairs AS MATERIALIZED (
    -- One row per pair, measured after the UNNEST, so that a call is about 2,048 pairs and Ctrl-C works.
    SELECT __index, __partner.product AS __other, __partner.together AS __together,
           __audience_affinity('product_affinity', __partner) AS __measured
    FROM __unnested
), __discovered AS MATERIALIZED (
    -- One row: the q-value by p-value, and the least similarity of the best.
    SELECT __found.q_values AS __q_values, __found.least_similarity AS __least_similarity, __top
    FROM query_table(frame), (
        SELECT __audience_discoveries('product_affinity', __measured.p_value, __measured.similarity, __top,
                                      __product_count::DOUBLE * (__product_count - 1) / 2) AS __found
        FROM __pairs, query_table(frame)
    )
), __corrected AS MATERIALIZED (
    -- One row per pair that may be among the best, with the q-value.
    SELECT __index, __other, __together, __measured,
           __audience_q_value('product_affinity', __measured.p_value, __q_values) AS __q_value, __top
    FROM __pairs, __discovered
    WHERE __least_similarity IS NULL OR __measured.similarity >= __least_similarity
)
FROM __corrected
WHERE __top IS NULL
UNION ALL
-- Only the last of the best can be as similar as others.
(FROM __corrected
 WHERE __top IS NOT NULL
 QUALIFY row_number() OVER (ORDER BY __measured.similarity DESC, __other, __index) <= __top);
