-- One row per product: its number, whether it may be offered, and whether it is among those that are compared with each
-- other, which have the lowest numbers. Half of these are the products to offer that most lines have.
CREATE MACRO audience.__recommended_products(known) AS TABLE
WITH __counted AS (
    -- One row per product.
    SELECT __product, count(*) AS __rows, count(CASE WHEN __target THEN true END) > 0 AS __allowed
    FROM query_table(known)
    WHERE __product IS NOT NULL
    GROUP BY __product
), __placed AS (
    -- One row per product, with its place among those that are, or are not, to be offered.
    SELECT *, row_number() OVER (PARTITION BY __allowed ORDER BY __rows DESC, __product) AS __place FROM __counted
), __numbered AS (
    -- One row per product, with the number.
    SELECT __product, __allowed,
           row_number() OVER (
               ORDER BY __allowed AND 2 * __place <= audience.__most_compared() DESC, __rows DESC, __product
           ) - 1 AS __index
    FROM __placed
)
SELECT __product, __allowed, __index::INTEGER AS __index, __index < audience.__most_compared() AS __is_compared
FROM __numbered;
