-- One row per product of the lines, numbered from 0 in their order.
CREATE MACRO audience.__products(lines) AS TABLE
WITH __distinct AS (
    -- One row per product.
    SELECT DISTINCT __product FROM query_table(lines) WHERE __product IS NOT NULL
)
SELECT __product, (row_number() OVER (ORDER BY __product ASC) - 1)::INTEGER AS __index
FROM __distinct;
