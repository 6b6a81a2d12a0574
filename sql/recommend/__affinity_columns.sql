-- One row per pair to list: the columns of audience.product_affinity. `listed` is that of
-- __listed_pairs, and `sold` has every product with its buyers and all baskets.
CREATE MACRO audience.__affinity_columns(listed, sold) AS TABLE
WITH __all AS (
    -- One row: all products in a list. DuckDB expects one row of what is made of it, so that it makes the joins' hash
    -- tables of the products; of the pairs, which may be millions, it expects no more than of the products.
    SELECT list({'product': __product, 'index': __index, 'sold': __sold}) AS __products FROM query_table(sold)
), __named AS MATERIALIZED (
    -- One row per product, with its buyers.
    SELECT __row.product AS __product, __row.index AS __index, __row.sold AS __sold
    FROM (SELECT unnest(__products) AS __row FROM __all)
)
SELECT
    __a.__product AS product_a,
    __b.__product AS product_b,
    __together::BIGINT AS together,
    __a.__sold.buyers AS buyers_a,
    __b.__sold.buyers AS buyers_b,
    __together / __a.__sold.baskets AS support,
    __together / __a.__sold.buyers AS confidence_ab,
    __together / __b.__sold.buyers AS confidence_ba,
    __together::DOUBLE * __a.__sold.baskets / (__a.__sold.buyers::DOUBLE * __b.__sold.buyers) AS lift,
    __measured.similarity,
    __measured.p_value,
    __q_value AS q_value
FROM query_table(listed) AS __best
JOIN __named AS __a ON __a.__index = __other
JOIN __named AS __b ON __b.__index = __best.__index;
