-- One row per pair to list, ordered by both products: the columns of audience.product_affinity. `listed` is that of
-- __listed_pairs, and `sold` has every product with its buyers and all baskets.
CREATE MACRO audience.__affinity_columns(listed, sold) AS TABLE
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
JOIN query_table(sold) AS __a ON __a.__index = __other
JOIN query_table(sold) AS __b ON __b.__index = __best.__index
ORDER BY __a.__product, __b.__product;
