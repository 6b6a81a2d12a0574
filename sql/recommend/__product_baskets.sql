-- One row per customer: the basket of products and its latest day.
CREATE MACRO audience.__product_baskets(caller, known, products) AS TABLE
WITH __packed AS (
    -- One row per customer.
    SELECT __known.__customer, __audience_basket(caller, __products.__index, __known.__day, NULL) AS __packed
    FROM query_table(known) AS __known
    LEFT JOIN query_table(products) AS __products ON __products.__product = __known.__product
    WHERE audience.__lines_fit(caller, known)
    GROUP BY __known.__customer
)
SELECT __customer, __packed.basket AS __basket, __packed.latest AS __latest
FROM __packed;
