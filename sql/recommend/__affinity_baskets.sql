-- One row per customer, or per order of a customer where level is 'order': the basket and its latest day.
CREATE MACRO audience.__affinity_baskets(caller, known, products, level) AS TABLE
WITH __counted AS (
    -- One row per product, where the baskets fit into memory. Checked here, because these are few.
    FROM query_table(products)
    WHERE audience.__lines_fit(caller, known)
), __packed AS (
    -- One row per customer or order.
    SELECT __audience_basket(caller, __products.__index, __known.__day, NULL, NULL) AS __packed
    FROM query_table(known) AS __known
    LEFT JOIN __counted AS __products ON __products.__product = __known.__product
    WHERE level IS DISTINCT FROM 'order' OR __known.__order IS NOT NULL
    GROUP BY __known.__customer, CASE WHEN level = 'order' THEN __known.__order END
)
SELECT __packed.basket AS __basket, __packed.latest AS __latest
FROM __packed;
