-- One row per pair of products that a basket has, the first being the lesser; per product, as a pair with itself; and
-- one for all baskets, without products, which says how many rows there are.
CREATE MACRO audience.__affinity_counts(caller, products, baskets, bought) AS TABLE
WITH __sold AS MATERIALIZED (
    -- One row per product, with its buyers. Stored before anything is joined to it, see __interests.
    SELECT __product, __index, __audience_product_buyers(caller, __index, __matrix).buyers AS __buyers
    FROM query_table(products), query_table(bought)
), __partners AS (
    -- One row per product, with all that it was bought with.
    SELECT __index, __audience_bought_together(caller, __index, __matrix, __min_together) AS __partners
    FROM query_table(products), query_table(bought)
), __pairs AS MATERIALIZED (
    -- One row per pair.
    SELECT __index, __partner.product AS __other, __partner.together AS __together
    FROM (SELECT __index, unnest(__partners) AS __partner FROM __partners)
)
SELECT __a.__product AS __a, __b.__product AS __b, __together AS __count, NULL AS __row_count
FROM __pairs JOIN __sold AS __a ON __a.__index = __other JOIN __sold AS __b ON __b.__index = __pairs.__index
UNION ALL
SELECT __product, __product, __buyers, NULL FROM __sold
UNION ALL
SELECT NULL, NULL, count(__basket), 1 + (SELECT count(*) FROM __pairs) + (SELECT count(*) FROM __sold)
FROM query_table(baskets);
