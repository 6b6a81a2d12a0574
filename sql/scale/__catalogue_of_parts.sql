-- One row: the products of all parts with their names, the labels, and which product has which label. `named` is one
-- row per part, product, label and name.
CREATE MACRO audience.__catalogue_of_parts(caller, named) AS TABLE
WITH __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__named_products(named)
), __labels AS MATERIALIZED (
    -- One row per label.
    SELECT __label, (row_number() OVER (ORDER BY __label ASC) - 1)::INTEGER AS __number
    FROM (SELECT DISTINCT __label FROM query_table(named) WHERE __label IS NOT NULL)
), __numbered AS (
    -- One row per product and label that occur together.
    FROM audience.__numbered_pairs(named, '__products', '__labels')
), __met AS (
    -- One row: whether any line has a label.
    SELECT audience.__met(caller, 'parts', count(*), count(__label),
                          problem := 'have no label: it is NULL or false in every order line') AS __is_met
    FROM query_table(named)
)
SELECT (SELECT coalesce(list(__product ORDER BY __index ASC), []) FROM __products) AS __found_products,
       (SELECT coalesce(list(__name ORDER BY __index ASC), []) FROM __products) AS __found_names,
       (SELECT coalesce(list(__label ORDER BY __number ASC), []) FROM __labels) AS __found_labels,
       (SELECT __audience_label_members(caller, __index, __number) FROM __numbered) AS __found_members
FROM __met
WHERE __is_met;
