-- One row per product: its number, whether it may be offered, its category's number (NULL without one), and whether it
-- is among those that are compared with each other, which have the lowest numbers. Half of these are the products to
-- offer that most lines have.
CREATE MACRO audience.__recommended_products(known) AS TABLE
WITH __labelled AS (
    -- One row per product and category that occur together.
    SELECT __product, __category, count(*) AS __rows, count(CASE WHEN __target THEN true END) > 0 AS __allowed
    FROM query_table(known)
    WHERE __product IS NOT NULL
    GROUP BY ALL
), __counted AS (
    -- One row per product, with the category that most lines have.
    SELECT __product, sum(__rows) AS __rows, bool_or(__allowed) AS __allowed,
           first(__category ORDER BY __rows DESC, __category ASC) FILTER (WHERE __category IS NOT NULL) AS __category
    FROM __labelled
    GROUP BY __product
), __placed AS (
    -- One row per product, with its place among those that are, or are not, to be offered.
    SELECT *, row_number() OVER (PARTITION BY __allowed ORDER BY __rows DESC, __product ASC) AS __place,
           CASE WHEN __category IS NOT NULL THEN dense_rank() OVER (ORDER BY __category ASC) END AS __number
    FROM __counted
), __numbered AS (
    -- One row per product, with the number.
    SELECT __product, __allowed, __number::INTEGER AS __category,
           row_number() OVER (
               ORDER BY __allowed AND 2 * __place <= audience.__most_compared() DESC, __rows DESC, __product ASC
           ) - 1 AS __index
    FROM __placed
)
SELECT __product, __allowed, __category, __index::INTEGER AS __index,
       __index < audience.__most_compared() AS __is_compared
FROM __numbered;
