-- One row per pair of products that enough have bought: the numbers of both, how many bought both, and the measures.
-- `bought` has the matrix and min_together of audience.product_affinity.
CREATE MACRO audience.__affine_pairs(caller, products, bought) AS TABLE
WITH __partners AS (
    -- One row per product, with all products bought by enough of the same.
    SELECT __index, __audience_bought_together(caller, __index, __matrix, __min_together) AS __partners
    FROM query_table(products), query_table(bought)
), __unnested AS (
    -- One row per pair.
    SELECT __index, unnest(__partners) AS __partner FROM __partners
)
-- Measured after the UNNEST, so that a call is about 2,048 pairs and Ctrl-C works.
SELECT __index, __partner.product AS __other, __partner.together AS __together,
       __audience_affinity(caller, __partner) AS __measured
FROM __unnested;
