-- One row per pair of products that enough have bought, as __affine_pairs has them, from the counts of parts. `rows` is
-- that of __affinity_rows, `sold` has every product with its buyers, and `frame` has min_together.
CREATE MACRO audience.__summed_pairs(caller, rows, sold, frame) AS TABLE
WITH __numbers AS MATERIALIZED (
    -- One row per product.
    SELECT __product, __index, __sold.buyers AS __buyers FROM query_table(sold)
), __numbered AS (
    -- One row per part and pair, the lesser number first, whatever the order of keys in a part is.
    SELECT least(__first.__index, __second.__index) AS __other, greatest(__first.__index, __second.__index) AS __index,
           __count, __first.__index IS NOT NULL AND __second.__index IS NOT NULL AS __are_known
    FROM query_table(rows)
    LEFT JOIN __numbers AS __first ON __first.__product = __a
    LEFT JOIN __numbers AS __second ON __second.__product = __b
    WHERE __a IS DISTINCT FROM __b
), __summed AS (
    -- One row per pair.
    SELECT __other, __index, sum(__count) AS __together, bool_and(__are_known) AS __are_known
    FROM __numbered
    GROUP BY __other, __index
), __checked AS (
    -- One row per pair that enough have bought.
    SELECT __other, __index, __together, __baskets
    FROM __summed, query_table(frame)
    WHERE CASE WHEN __are_known THEN __together >= __min_together
               ELSE audience.__refused(caller, 'counts must be all rows of audience.product_affinity_part') END
)
SELECT __checked.__index, __other, __together::INTEGER AS __together,
       __audience_affinity(caller, {
           'product': __other,
           'together': __together::INTEGER,
           'buyers': __lesser.__buyers::INTEGER,
           'other_buyers': __greater.__buyers::INTEGER,
           'baskets': __baskets
       }) AS __measured
FROM __checked
JOIN __numbers AS __lesser ON __lesser.__index = __other
JOIN __numbers AS __greater ON __greater.__index = __checked.__index
WHERE CASE WHEN __together <= least(__lesser.__buyers, __greater.__buyers)
                AND greatest(__lesser.__buyers, __greater.__buyers) <= __baskets THEN true
           ELSE audience.__refused(caller, 'counts must not have more of a pair than of a product, or of all') END;
