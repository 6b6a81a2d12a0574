-- One row per product, numbered from 0 in their order, with the name that most lines have, or the key where none has
-- one.
CREATE MACRO audience.__named_products(named) AS TABLE
WITH __names AS (
    -- One row per product and name.
    SELECT __product, __name, sum(__rows) AS __rows
    FROM query_table(named)
    WHERE __product IS NOT NULL
    GROUP BY ALL
)
SELECT __product,
       coalesce(first(__name ORDER BY __rows DESC, __name ASC) FILTER (WHERE __name <> ''),
                __product::VARCHAR) AS __name,
       (row_number() OVER (ORDER BY __product ASC) - 1)::INTEGER AS __index
FROM __names
GROUP BY __product;
