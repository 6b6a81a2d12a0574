-- One row per customer: the basket of products and its latest day.
CREATE MACRO audience.__product_baskets(caller, known, products) AS TABLE
WITH __counted AS (
    -- One row per product, where the baskets fit into memory. Checked here, because these are few.
    FROM query_table(products)
    WHERE audience.__lines_fit(caller, known)
), __packed AS (
    -- One row per customer.
    SELECT __known.__customer, __audience_basket(caller, __products.__index, __known.__day, NULL, NULL) AS __packed
    FROM query_table(known) AS __known
    LEFT JOIN __counted AS __products ON __products.__product = __known.__product
    GROUP BY __known.__customer
)
SELECT __customer, __packed.basket AS __basket, __packed.latest AS __latest
FROM __packed;
