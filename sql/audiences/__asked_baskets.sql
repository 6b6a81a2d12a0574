-- One row per customer: the basket from which purchase intent learns, with the sets that customers may be interested in
-- as its labels, the latest day, and a basket of all sets, which says how often each was bought. `known` is that of
-- __asked_lines, and `products` numbers its products.
CREATE MACRO audience.__asked_baskets(
    caller,
    checked,
    known,
    products
) AS TABLE
WITH __counted AS MATERIALIZED (
    -- One row: the definitions, where the baskets fit into memory.
    FROM query_table(checked)
    WHERE audience.__lines_fit(caller, known, also := (SELECT 24 * count(__set) FROM query_table(known)))
), __packed AS (
    -- One row per customer.
    SELECT __known.__customer,
           __audience_basket(caller, __products.__index, CASE WHEN __labels > 0 THEN __known.__day END,
                             CASE WHEN __known.__set < __labels THEN __known.__set END, NULL) AS __packed,
           __audience_basket(caller, NULL, CASE WHEN __known.__set IS NOT NULL THEN __known.__day END, __known.__set,
                             NULL) AS __bought
    FROM query_table(known) AS __known
    LEFT JOIN query_table(products) AS __products ON __products.__product = __known.__product, __counted
    GROUP BY __known.__customer
)
SELECT __customer, __packed.basket AS __basket, __packed.latest AS __latest, __bought.basket AS __bought
FROM __packed;
