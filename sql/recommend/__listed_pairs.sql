-- One row per pair of products to list, with its measures and its q-value. `pairs` is that of __affine_pairs, and
-- `frame` has the number of products and the options of audience.product_affinity.
CREATE MACRO audience.__listed_pairs(caller, pairs, frame) AS TABLE
WITH __discovered AS MATERIALIZED (
    -- One row: the q-value by p-value, and the least similarity of the best.
    SELECT __found.q_values AS __q_values, __found.least_similarity AS __least_similarity, __top
    FROM query_table(frame), (
        SELECT __audience_discoveries(caller, __measured.p_value, __measured.similarity, __top,
                                      __product_count::DOUBLE * (__product_count - 1) / 2) AS __found
        FROM query_table(pairs), query_table(frame)
    )
), __corrected AS NOT MATERIALIZED (
    -- One row per pair that may be among the best, with the q-value. Read twice, but only once with rows: there may be
    -- too many pairs to have them a second time.
    SELECT __index, __other, __together, __measured,
           __audience_q_value(caller, __measured.p_value, __q_values) AS __q_value, __top
    FROM query_table(pairs), __discovered
    WHERE __least_similarity IS NULL OR __measured.similarity >= __least_similarity
)
FROM __corrected
WHERE __top IS NULL
UNION ALL
-- Only the last of the best can be as similar as others.
(FROM __corrected
 WHERE __top IS NOT NULL
 QUALIFY row_number() OVER (ORDER BY __measured.similarity DESC, __other ASC, __index ASC) <= __top);
