-- One row per product of the lines, with the number that the model has for it.
CREATE MACRO audience.__given_products(caller, known, model) AS TABLE
WITH __products AS MATERIALIZED (
    -- One row per product of the model.
    SELECT unnest(__product_list) AS __product, (generate_subscripts(__product_list, 1) - 1)::INTEGER AS __index
    FROM query_table(model)
), __distinct AS (
    -- One row per product of the lines.
    SELECT DISTINCT __product FROM query_table(known) WHERE __product IS NOT NULL
)
SELECT __distinct.__product,
       CASE WHEN __index IS NOT NULL THEN __index
            ELSE audience.__refused(caller, concat('model must be that of these lines: it has no product ',
                                                   __distinct.__product::VARCHAR))::INTEGER END AS __index
FROM __distinct LEFT JOIN __products ON __products.__product = __distinct.__product;
